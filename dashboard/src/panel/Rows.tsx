/** Rows of a breakdown: a name, its numbers, and a bar behind that carries the proportion. Each row is a filter. */
import type { MouseEvent, ReactNode } from 'react'
import { ROWS, type Row } from '../api/reads.ts'
import { formatExact, formatShort } from '../numbers.ts'
import { type Column, moneyColumns, numberOf, type Tab } from '../panels.ts'
import { sayValue } from '../words.ts'

interface Props {
  tab: Tab
  rows: readonly Row[] | undefined
  /** What stands over the names, where it is more than their title. */
  head?: ReactNode
  /** What stands there without rows; the tab's own words, if nothing else is given. */
  nothing?: ReactNode
  onFilter: (value: string, excludes: boolean) => void
}

/** What a column of numbers takes of the row: bars end before it, so that no number stands on an edge. */
const COLUMN_PX = 72

export function Rows({ tab, rows, head, nothing = tab.empty, onFilter }: Props) {
  const columns = moneyColumns(tab.columns, rows ?? [], 1)
  return (
    <>
      <div className="row head">
        {head ?? <span aria-hidden="true">{tab.head}</span>}
        {rows?.length !== 0 &&
          columns.map(({ metric, title }) => (
            <span key={metric} aria-hidden="true">
              {title}
            </span>
          ))}
      </div>
      <List tab={tab} rows={rows} columns={columns} nothing={nothing} onFilter={onFilter} />
    </>
  )
}

type ListProps = Omit<Props, 'head'> & { columns: readonly Column[] }

function List({ tab, rows, columns, nothing, onFilter }: ListProps) {
  if (!rows) return <Bones />
  if (rows.length === 0) return <p className="empty">{nothing}</p>
  const most = Math.max(...rows.map((row) => numberOf(row, tab.columns[0].metric) ?? 0), 1)
  return (
    <ol className="rows" aria-label={`${tab.head}, ${tab.columns[0].title}`}>
      {rows.map((row) => (
        <li key={String(row.value)}>
          <RowButton
            tab={tab}
            columns={columns}
            row={row}
            share={(numberOf(row, tab.columns[0].metric) ?? 0) / most}
            onFilter={onFilter}
          />
        </li>
      ))}
    </ol>
  )
}

type RowProps = Omit<ListProps, 'rows' | 'nothing'> & { row: Row; share: number }

function RowButton({ tab, columns, row, share, onFilter }: RowProps) {
  const text = sayValue(tab.dimension, row.value)
  // A missing value is the empty one to a filter.
  const filter = ({ altKey }: MouseEvent) => onFilter(row.value ?? '', altKey)
  return (
    <button
      type="button"
      className="row"
      title={`${text}\nClick to filter, Alt-click to exclude`}
      onClick={filter}
    >
      <span
        className="bar"
        style={{ inlineSize: `calc((100% - ${columns.length * COLUMN_PX}px) * ${share})` }}
      />
      <bdi>{text}</bdi>
      {columns.map(({ metric, title, unit }) => (
        <span key={metric} title={formatExact(numberOf(row, metric), unit)}>
          {formatShort(numberOf(row, metric), unit)}
          <span className="unseen"> {title}</span>
        </span>
      ))}
    </button>
  )
}

/** The shape of the rows to come, so that nothing moves when they do. */
function Bones() {
  return (
    <div className="bones" aria-hidden="true">
      {Array.from({ length: ROWS }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: eight equal shapes
        <div key={at} className="row">
          <span className="bone" style={{ inlineSize: `${80 - at * 8}%` }} />
        </div>
      ))}
    </div>
  )
}

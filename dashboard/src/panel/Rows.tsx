/** Rows of a breakdown: a name, its numbers, and a bar behind that carries the proportion. Each row is a filter. */
import type { MouseEvent, ReactNode } from 'react'
import { ROWS, type Row } from '../api/reads.ts'
import { formatExact, formatShort } from '../numbers.ts'
import type { Tab } from '../panels.ts'
import { sayValue } from '../words.ts'

interface Props {
  tab: Tab
  rows: readonly Row[] | undefined
  /** What stands over the names, where it is more than their title. */
  head?: ReactNode
  onFilter: (value: string, excludes: boolean) => void
}

/** What a column of numbers takes of the row: bars end before it, so that no number stands on an edge. */
const COLUMN_PX = 72

export function Rows({ tab, rows, head, onFilter }: Props) {
  return (
    <>
      <div className="row head">
        {head ?? <span aria-hidden="true">{tab.head}</span>}
        {rows?.length !== 0 &&
          tab.columns.map(({ metric, title }) => (
            <span key={metric} aria-hidden="true">
              {title}
            </span>
          ))}
      </div>
      <List tab={tab} rows={rows} onFilter={onFilter} />
    </>
  )
}

function List({ tab, rows, onFilter }: Props) {
  if (!rows) return <Bones />
  if (rows.length === 0) return <p className="empty">{tab.empty}</p>
  const most = Math.max(...rows.map((row) => numberOf(row, tab.columns[0].metric) ?? 0), 1)
  return (
    <ol className="rows" aria-label={`${tab.head}, ${tab.columns[0].title}`}>
      {rows.map((row) => (
        <li key={String(row.value)}>
          <RowButton
            tab={tab}
            row={row}
            share={(numberOf(row, tab.columns[0].metric) ?? 0) / most}
            onFilter={onFilter}
          />
        </li>
      ))}
    </ol>
  )
}

function RowButton({ tab, row, share, onFilter }: Omit<Props, 'rows'> & { row: Row; share: number }) {
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
        style={{ inlineSize: `calc((100% - ${tab.columns.length * COLUMN_PX}px) * ${share})` }}
      />
      <bdi>{text}</bdi>
      {tab.columns.map(({ metric, title, unit }) => (
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

export function numberOf(row: Row, metric: string): number | null {
  const value = row[metric]
  return typeof value === 'number' ? value : null
}

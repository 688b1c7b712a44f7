/** The rows of a whole table; the head of a column sorts by it. */
import { useQuery } from '@tanstack/react-query'
import type { MouseEvent } from 'react'
import type { Row } from '../api/reads.ts'
import { definitionsQuery } from '../api/session.ts'
import { formatExact, formatShort } from '../numbers.ts'
import { allColumns, moneyColumns, numberOf, type Tab } from '../panels.ts'
import { sayValue } from '../words.ts'

interface Props {
  tab: Tab
  rows: readonly Row[] | undefined
  /** A metric or `value`, then `:asc` or `:desc`. */
  orderBy: string
  isStale: boolean
  /** What is said where there is no row. */
  nothing: string
  onOrder: (orderBy: string) => void
  onFilter: (value: string, excludes: boolean) => void
}

export function DetailTable({ tab, rows, orderBy, isStale, nothing, onOrder, onFilter }: Props) {
  const columns = moneyColumns(allColumns(tab), rows ?? [])
  const definitions = useQuery(definitionsQuery)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="detail-rows" aria-label={tab.head} tabIndex={0} data-stale={isStale}>
      <table>
        <thead>
          <tr>
            <Head name="value" title={tab.head} orderBy={orderBy} onOrder={onOrder} />
            {columns.map(({ metric, title }) => (
              <Head
                key={metric}
                name={metric}
                title={title}
                definition={definitions.data?.[metric.split('.')[0] ?? '']?.definition}
                orderBy={orderBy}
                onOrder={onOrder}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows?.map((row) => (
            <tr key={String(row.value)}>
              <th scope="row">
                <button
                  type="button"
                  title={`${sayValue(tab.dimension, row.value)}\nClick to filter, Alt-click to exclude`}
                  onClick={({ altKey }: MouseEvent) => onFilter(row.value ?? '', altKey)}
                >
                  <bdi>{sayValue(tab.dimension, row.value)}</bdi>
                </button>
              </th>
              {columns.map(({ metric, unit }) => (
                <td key={metric} title={formatShort(numberOf(row, metric), unit)}>
                  {formatExact(numberOf(row, metric), unit)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {!rows && <div className="bone chart-bone" />}
      {rows?.length === 0 && <p className="empty">{nothing}</p>}
    </section>
  )
}

interface HeadProps {
  name: string
  title: string
  definition?: string | undefined
  orderBy: string
  onOrder: (orderBy: string) => void
}

function Head({ name, title, definition, orderBy, onOrder }: HeadProps) {
  const [by, direction] = orderBy.split(':')
  const isSorted = by === name
  // Numbers begin with the largest, names with the first.
  const first = name === 'value' ? 'asc' : 'desc'
  const next = isSorted && direction === first ? (first === 'asc' ? 'desc' : 'asc') : first
  return (
    <th scope="col" aria-sort={isSorted ? (direction === 'asc' ? 'ascending' : 'descending') : 'none'}>
      <button type="button" title={definition} onClick={() => onOrder(`${name}:${next}`)}>
        {title}
        <span aria-hidden="true">{isSorted ? (direction === 'asc' ? ' ↑' : ' ↓') : ''}</span>
      </button>
    </th>
  )
}

/** A whole table as CSV (RFC 4180): the numbers as the REST API gives them. */
import { ask } from '../api/batch.ts'
import { type Breakdown, type Page, type Row, readOf, type Scope, tableParams } from '../api/reads.ts'
import { allColumns, moneyColumns, numberOf, type Tab } from '../panels.ts'

const ROWS_AT_ONCE = 1000
/** More is for the REST API. */
const MOST_ROWS = 10_000
// A spreadsheet takes a cell that begins so for a formula, and names come from visitors.
const FORMULA = /^[=+\-@\t\r]/

/** All rows of the table in its order, read page by page. */
export async function readAll(scope: Scope, tab: Tab, page: Page): Promise<Row[]> {
  const rows: Row[] = []
  while (rows.length < MOST_ROWS) {
    const params = tableParams(scope, tab, { ...page, limit: ROWS_AT_ONCE, offset: rows.length })
    const { data } = await ask<Breakdown>(scope.reader, { type: readOf(tab), params })
    rows.push(...data)
    if (data.length < ROWS_AT_ONCE) break
  }
  return rows
}

/** The text of the file: a line for the names of the columns, then one a row. */
export function formatCsv(tab: Tab, rows: readonly Row[]): string {
  const metrics = moneyColumns(allColumns(tab), rows).map(({ metric }) => metric)
  const lines = rows.map((row) => [
    row.value ?? '',
    ...metrics.map((metric) => String(numberOf(row, metric) ?? '')),
  ])
  return [[tab.dimension, ...metrics], ...lines]
    .map(([name = '', ...numbers]) => [quote(name), ...numbers].join(','))
    .join('\r\n')
    .concat('\r\n')
}

/** Hands a text to the browser's downloads. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 0)
}

function quote(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

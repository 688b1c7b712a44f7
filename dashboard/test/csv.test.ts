import { expect, test } from 'vitest'
import { formatCsv } from '../src/panel/csv.ts'
import { panelOf, tabOf } from '../src/panels.ts'

const TAB = tabOf(panelOf('locations'), 'cities')
const NUMBERS = {
  unique_sessions: 2,
  pageviews: 3,
  bounce_rate: 33.33,
  avg_session_duration_sec: null,
  conversions: 0,
}

test('a table as CSV has the names of the REST API and its numbers, every digit', () => {
  const csv = formatCsv(TAB, [{ value: 'Köln', unique_visitors: 12345, ...NUMBERS }])
  expect(csv).toBe(
    'city,unique_visitors,unique_sessions,pageviews,bounce_rate,avg_session_duration_sec,conversions\r\n' +
      'Köln,12345,2,3,33.33,,0\r\n',
  )
})

test.each([
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  ['=HYPERLINK("http://x")', '"\'=HYPERLINK(""http://x"")"'],
  ['+1', "'+1"],
  ['@x', "'@x"],
  ['-1', "'-1"],
  ['a=b', 'a=b'],
])('a name cannot break the table or be a formula: %s', (value, cell) => {
  expect(formatCsv(TAB, [{ value, unique_visitors: 1 }]).split('\r\n')[1]).toBe(`${cell},1,,,,,`)
})

// @vitest-environment happy-dom
import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { close, open, type Sent, streams } from './page.ts'

afterEach(close)

/** What a batch asks for. */
const typesOf = ({ body }: Sent) =>
  (body as { queries: { type: string }[] }).queries.map(({ type }) => type).toSorted()

test('a cold page asks for its numbers, and for all else in one batch, with project and token', async () => {
  const { sent } = open('full')
  await screen.findByRole('button', { name: /^Germany/ })
  const [numbers, rest] = sent.filter(({ path }) => path === '/v1/api/query') as [Sent, Sent]
  expect(typesOf(numbers)).toEqual(['stats'])
  expect(typesOf(rest)).toEqual([...Array(6).fill('breakdown'), 'goals', 'live'])
  for (const { headers } of [numbers, rest]) {
    expect(headers.get('X-Metrone-Project')).toBe('prj_1')
    expect(headers.get('X-CSRF-Token')).toBe('c5rf')
  }
  expect(screen.getAllByRole('heading', { level: 1 }).map((heading) => heading.textContent)).toEqual([
    'Acme Voice',
  ])
})

test('a click on a row filters, an alt-click excludes, Esc clears', async () => {
  open('full')
  fireEvent.click(await screen.findByRole('button', { name: /^Germany/ }))
  await waitFor(() => expect(location.search).toBe('?f=is,country,DE'))
  await screen.findByRole('button', { name: /^Country is Germany/ })
  fireEvent.click(await screen.findByRole('button', { name: /^Firefox/ }), { altKey: true })
  await waitFor(() => expect(location.search).toBe('?f=is,country,DE&f=is_not,browser,Firefox'))
  fireEvent.keyDown(document.body, { key: 'Escape' })
  await waitFor(() => expect(location.search).toBe(''))
})

test('a number goes into the chart and into the address', async () => {
  open('full')
  fireEvent.click(await screen.findByRole('button', { name: /^Pageviews/ }))
  await waitFor(() => expect(location.search).toBe('?metric=pageviews'))
  const chart = await screen.findByRole('slider', { name: 'Pageviews over time' })
  fireEvent.keyDown(chart, { key: 'ArrowLeft' })
  fireEvent.keyDown(chart, { key: 'ArrowLeft' })
  expect(chart.getAttribute('aria-valuenow')).toBe('28')
  expect(chart.getAttribute('aria-valuetext')).toMatch(/: Pageviews [\d,]+, period before [\d,]+$/)
})

test('keys choose the period and step it', async () => {
  open('full')
  await screen.findByRole('button', { name: 'Period: Last 30 days' })
  fireEvent.keyDown(document.body, { key: 't' })
  await screen.findByRole('button', { name: 'Period: Today' })
  fireEvent.keyDown(document.body, { key: 'ArrowLeft' })
  await screen.findByRole('button', { name: 'Period: Yesterday' })
  expect(location.search).toBe('?period=yesterday')
})

test('a project without events shows the line to paste and leaves it when the first event comes', async () => {
  const { played } = open('empty')
  await screen.findByText(`src="${location.origin}/m.js" data-key="metrone_live_YOUR_WRITE_KEY"`, {
    exact: false,
  })
  expect(screen.getByText('React').closest('details')?.open).toBe(false)
  expect(streams).toHaveLength(1)
  played.scene = 'full'
  streams[0]?.onmessage?.({ data: '{"event_type":"pageview"}' })
  await screen.findByRole('button', { name: /^Germany/ })
  expect(screen.queryByText(/YOUR_WRITE_KEY/)).toBeNull()
})

test('live events of people move the count, those of agents do not', async () => {
  const { sent } = open('full')
  await screen.findByRole('button', { name: /^Germany/ })
  const liveReads = () => sent.filter(({ body }) => JSON.stringify(body)?.includes('"live"')).length
  const before = liveReads()
  streams[0]?.onmessage?.({ data: '{"event_type":"pageview","visitor_type":"ai_agent"}' })
  streams[0]?.onmessage?.({ data: 'not json' })
  for (let at = 0; at < 50; at++)
    streams[0]?.onmessage?.({ data: '{"event_type":"pageview","visitor_type":"human"}' })
  await waitFor(() => expect(liveReads()).toBe(before + 1), { timeout: 3_000 })
})

test('an error is said once, with its request id, and a retry mends the page', async () => {
  const { played } = open('error')
  await waitFor(() => expect(screen.getAllByText('Not loaded.')).toHaveLength(7))
  const alert = screen.getByRole('alert')
  expect(alert.textContent).toContain('req_7f3a91_c20b')
  played.scene = 'full'
  fireEvent.click(within(alert).getByRole('button', { name: 'Try again' }))
  await screen.findByRole('button', { name: /^Germany/ })
  expect(screen.queryByRole('alert')).toBeNull()
})

test('signed out, the page tells how to get a link', async () => {
  open('out')
  await screen.findByRole('heading', { level: 1, name: 'You are signed out' })
  expect(screen.getByText('metrone link')).toBeTruthy()
})

test('a sign-in link is traded once and its token leaves the address', async () => {
  const { sent } = open('full', '/signin#token=good')
  await screen.findByRole('heading', { level: 1, name: 'Acme Voice' })
  const trades = sent.filter(({ path, method }) => path === '/app/session' && method === 'POST')
  expect(trades.map(({ body }) => body)).toEqual([{ token: 'good' }])
  expect(location.href).not.toContain('good')
})

test('an old link says what to do', async () => {
  open('full', '/signin#token=old')
  await screen.findByRole('heading', { level: 1, name: 'This link did not sign you in' })
})

test('a goal is a row with its rate and its largest currency, and a filter', async () => {
  open('full')
  const row = await screen.findByRole('button', { name: /^Signed up/ })
  expect(row.textContent).toMatch(/^Signed up[\d,]+ Conversions[\d,]+ Visitors[\d.]+% Rate€[\d,.K]+ Revenue$/)
  fireEvent.click(row)
  await waitFor(() => expect(location.search).toBe('?f=is,goal,Signed+up'))
})

test('the whole table of goals is searched by name and has every currency', async () => {
  const { sent } = open('full', '/?detail=goals')
  const table = await screen.findByRole('dialog', { name: 'Goals' }, { timeout: 8_000 })
  await within(table).findByRole('columnheader', { name: 'Revenue USD' })
  fireEvent.change(within(table).getByLabelText('Search Goal'), { target: { value: 'order' } })
  await waitFor(() => expect(within(table).getAllByRole('rowheader')).toHaveLength(1))
  const last = sent.filter(({ body }) => JSON.stringify(body)?.includes('"order_by"')).at(-1)
  expect(JSON.stringify(last?.body)).toContain('"search":"order"')
})

test('hostile names are text', async () => {
  open('hostile')
  await screen.findByText('"><script>alert(2)</script>')
  expect(document.querySelector('#app img, bdi *, script')).toBeNull()
})

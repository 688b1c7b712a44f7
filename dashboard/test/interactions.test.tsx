// @vitest-environment happy-dom
import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { close, open, type Sent } from './page.ts'

afterEach(close)

test('a cold page of calls asks for its numbers, and for all else in one batch, of calls alone', async () => {
  const { sent } = open('full', '/voice')
  await screen.findByRole('list', { name: 'Every call, newest first' })
  const batches = sent.filter(({ path }) => path === '/v1/api/query').slice(0, 2)
  const queriesOf = ({ body }: Sent) =>
    (body as { queries: { type: string; params: { filters?: unknown } }[] }).queries
  const asked = batches.flatMap(queriesOf).filter(({ type }) => !['live', 'deliveries'].includes(type))
  expect(asked.map(({ type }) => type).toSorted()).toEqual([
    ...Array(3).fill('breakdown'),
    'interactions',
    'interactions',
    'stats',
    'timeseries',
  ])
  for (const { params } of asked) expect(params.filters).toEqual([['is', 'interaction', ['call']]])
})

test('a doubtful intent and an unsigned call are marked, in the list and on their own page', async () => {
  open('full', '/voice?search=conv-12')
  const row = await screen.findByRole('link', { name: /Complaint.*Unsure 41%/ })
  expect(row.textContent).toContain('Not verified')
  fireEvent.click(row)
  await screen.findByText('41%: look at the second guess, too')
  expect(location.pathname).toBe('/voice/int_000000000000000c')
  expect(screen.getByRole('link', { name: 'All calls' }).getAttribute('href')).toBe('/voice?search=conv-12')
})

test('deliveries of one result are in the address, with their reason', async () => {
  open('full', '/chat')
  fireEvent.change(await screen.findByRole('combobox', { name: 'Result' }), { target: { value: 'refused' } })
  await waitFor(() => expect(location.search).toBe('?result=refused'))
  const list = await screen.findByRole('list', { name: 'Webhook deliveries' })
  await waitFor(() => expect(within(list).getAllByRole('listitem')).toHaveLength(1))
  expect(list.textContent).toContain('The header x-vapi-secret is absent.')
})

test('a project without chats shows the address to paste', async () => {
  open('empty', '/chat')
  await screen.findByText(`${location.origin}/v1/webhooks/intercom/main?key=metrone_live_YOUR_WRITE_KEY`)
  expect(screen.queryByRole('region', { name: 'Key numbers' })).toBeNull()
})

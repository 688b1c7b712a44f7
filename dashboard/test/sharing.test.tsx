// @vitest-environment happy-dom
import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { frameOf, type SharedLink } from '../src/settings/shares.ts'
import { close, open, streams } from './page.ts'

afterEach(() => {
  sessionStorage.clear()
  close()
})

interface Batch {
  queries: { type: string; params: { filters?: unknown } }[]
}

test('a link shows the numbers with its key, asks for no rows, and its segment stays', async () => {
  const { sent } = open('full', '/share/open')
  await screen.findByRole('heading', { level: 1, name: 'Acme Voice' })
  const chips = await screen.findByRole('list', { name: 'Filters' })
  expect(within(chips).getByText('Germany')).toBeTruthy()
  expect(within(chips).queryByRole('button')).toBeNull()
  await screen.findByRole('region', { name: 'Pages' })
  await waitFor(() => expect(sent.filter(({ path }) => path === '/v1/api/query').length).toBeGreaterThan(0))
  const reads = sent.filter(({ path }) => path === '/v1/api/query')
  for (const { headers } of reads) {
    expect(headers.get('x-metrone-share')).toBe('open')
    expect(headers.get('x-csrf-token')).toBeNull()
  }
  const types = new Set(reads.flatMap(({ body }) => (body as Batch).queries.map(({ type }) => type)))
  expect([...types].sort()).toEqual(['breakdown', 'goals', 'live', 'stats'])
  expect(sent.some(({ path }) => path === '/app/session')).toBe(false)
  expect(streams).toEqual([])
  const places = screen.getByRole('navigation', { name: 'Pages' })
  expect(
    within(places)
      .getAllByRole('link')
      .map(({ textContent }) => textContent),
  ).toEqual(['Overview', 'Voice', 'Chat'])
  expect(screen.queryByRole('button', { name: 'Sign out' })).toBeNull()
  expect(screen.queryByRole('tab', { name: 'Properties' })).toBeNull()
})

test('the numbers of calls are shown without the list of calls', async () => {
  const { sent } = open('full', '/share/open/voice')
  await screen.findByRole('region', { name: 'Hour of the day' })
  const types = sent.flatMap(({ body }) => (body as Batch | null)?.queries?.map(({ type }) => type) ?? [])
  expect(types).not.toContain('interactions')
  expect(types).not.toContain('deliveries')
})

test('a password is asked for, refused, and taken', async () => {
  const { sent } = open('full', '/share/secret')
  const field = await screen.findByLabelText('Password')
  fireEvent.change(field, { target: { value: 'bad' } })
  fireEvent.click(screen.getByRole('button', { name: 'Show the numbers' }))
  await screen.findByText('The password is wrong.')
  expect(sent.some(({ path }) => path === '/v1/api/query')).toBe(false)
  fireEvent.change(field, { target: { value: 'good' } })
  fireEvent.click(screen.getByRole('button', { name: 'Show the numbers' }))
  await screen.findByRole('heading', { level: 1, name: 'Acme Voice' })
  await waitFor(() =>
    expect(sent.find(({ path }) => path === '/v1/api/query')?.headers.get('x-metrone-share')).toBe(
      'secret.1.f00',
    ),
  )
})

test('a link that is gone says so', async () => {
  open('full', '/share/never')
  await screen.findByRole('heading', { name: 'This link shows nothing' })
})

test('a frame has no pages to go to', async () => {
  open('full', '/embed/open?theme=dark')
  await screen.findByRole('heading', { level: 1, name: 'Acme Voice' })
  expect(screen.queryByRole('link')).toBeNull()
})

test('links are listed with what they open, made with what was chosen, and revoked when that is confirmed', async () => {
  const { sent } = open('full', '/settings/sharing?project=prj_1')
  await screen.findByText(/link with password · until/)
  expect(screen.getByText(/public dashboard · in frames/)).toBeTruthy()
  fireEvent.change(screen.getByLabelText('Name'), { target: { value: 'Agency' } })
  fireEvent.change(screen.getByLabelText('Who may open it'), { target: { value: 'public' } })
  fireEvent.change(screen.getByLabelText('Address'), { target: { value: 'acme' } })
  fireEvent.click(screen.getByLabelText(/Pages of other sites/))
  fireEvent.change(screen.getByLabelText(/^Sites/), {
    target: { value: 'https://a.example,  https://b.example' },
  })
  fireEvent.click(screen.getByRole('button', { name: 'Make the link' }))
  await screen.findByText(/^Made\./)
  expect(sent.find(({ method }) => method === 'POST')).toMatchObject({
    path: '/app/projects/prj_1/shares',
    body: {
      name: 'Agency',
      slug: 'acme',
      expires_on: '',
      filters: [],
      can_embed: true,
      origins: ['https://a.example', 'https://b.example'],
    },
  })
  fireEvent.click(screen.getByRole('button', { name: 'Revoke Board <b>' }))
  const dialog = await screen.findByRole('dialog', { name: 'Revoke this link?' })
  expect(sent.some(({ method }) => method === 'DELETE')).toBe(false)
  fireEvent.click(within(dialog).getByRole('button', { name: 'Revoke' }))
  await waitFor(() =>
    expect(sent.find(({ method }) => method === 'DELETE')?.path).toBe('/app/projects/prj_1/shares/shr_1'),
  )
})

test('a name cannot leave the title of its frame', () => {
  const link = { name: '"><script>&', embed_url: 'https://stats.example/embed/x' } as SharedLink
  expect(frameOf(link)).toContain('title="&#34;&#62;&#60;script&#62;&#38;"')
})

// @vitest-environment happy-dom
import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { close, open } from './page.ts'

afterEach(close)

test('the general settings are saved with what was typed', async () => {
  const { sent } = open('full', '/settings/general?project=prj_1')
  const name = (await screen.findByLabelText('Name')) as HTMLInputElement
  expect(name.value).toBe('Acme Voice')
  fireEvent.change(name, { target: { value: 'Acme <b>' } })
  fireEvent.click(screen.getByRole('button', { name: 'Save' }))
  await screen.findByText('Saved.')
  await waitFor(() =>
    expect(sent.find(({ method }) => method === 'PUT')).toMatchObject({
      path: '/app/projects/prj_1',
      body: { name: 'Acme <b>', domain: 'acme.example', timezone: 'Europe/Berlin', retention_days: 0 },
    }),
  )
})

test('a goal is made of several criteria, and tried before', async () => {
  const { sent } = open('full', '/settings/goals?project=prj_1')
  await screen.findByText('Big order <b>')
  fireEvent.click(screen.getByRole('button', { name: 'New goal' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'New goal' }))
  const type = (label: string, value: string) =>
    fireEvent.change(dialog.getByLabelText(label), { target: { value } })
  type('Name', 'Pro order')
  type('Event name', 'order')
  fireEvent.click(dialog.getByRole('button', { name: 'Add a criterion' }))
  fireEvent.change(dialog.getAllByLabelText('Criterion')[1] as HTMLElement, { target: { value: 'property' } })
  type('Property’s key', 'seats')
  type('Property’s condition', 'greater')
  type('Property’s value', '4')
  await dialog.findByText('128 events of 97 visitors in the last 30 days reach this.')
  fireEvent.click(dialog.getByRole('button', { name: 'Make the goal' }))
  const criteria = { event_name: 'order', properties: [{ key: 'seats', operator: 'greater', value: '4' }] }
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  const posted = (end: string) =>
    sent.findLast(({ method, path }) => method === 'POST' && path.endsWith(end))?.body
  expect(posted('/goals')).toEqual({ name: 'Pro order', criteria })
  expect(posted('/goals/preview')).toEqual({ criteria })
})

test('a goal is changed as it was, and deleted with a way back', async () => {
  const { sent } = open('full', '/settings/goals?project=prj_1')
  fireEvent.click(await screen.findByRole('button', { name: 'Change Big order <b>' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Change the goal' }))
  const criteria = {
    page: '/thanks/**',
    min_value: 500,
    properties: [{ key: 'plan', operator: 'contains', value: 'pro' }],
  }
  fireEvent.click(dialog.getByRole('button', { name: 'Save' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(sent.find(({ method }) => method === 'PUT')).toMatchObject({
    path: '/app/projects/prj_1/goals/goal_2',
    body: { name: 'Big order <b>', criteria },
  })
  fireEvent.click(screen.getByRole('button', { name: 'Delete Big order <b>' }))
  fireEvent.click(await screen.findByRole('button', { name: 'Undo' }))
  await waitFor(() =>
    expect(sent.findLast(({ method }) => method === 'POST')?.body).toEqual({
      name: 'Big order <b>',
      criteria,
    }),
  )
  expect(sent.find(({ method }) => method === 'DELETE')?.path).toBe('/app/projects/prj_1/goals/goal_2')
})

test('a section that is not there says so', async () => {
  open('full', '/settings/nothing')
  await screen.findByRole('heading', { name: 'There is no such page' })
})

test('the install page puts a new key into every text, and says what was refused', async () => {
  const { sent } = open('full', '/settings/install?project=prj_1')
  await screen.findByText('Waiting for an event.')
  await screen.findByText('Wrong key')
  expect(document.body.textContent).toContain('https://stats.acme.example/m.js')
  fireEvent.click(screen.getByRole('button', { name: 'Create a write key' }))
  await screen.findByText(/Your new key is in the texts/)
  await waitFor(() =>
    expect(document.body.textContent).toContain('data-key="metrone_live_0123456789abcdef0123456789abcdef"'),
  )
  expect(sent.map(({ method, path }) => `${method} ${path}`)).toContain(
    'POST /app/projects/prj_1/install/key',
  )
})

test('a platform shows its address with the typed endpoint, takes a secret and a test', async () => {
  const { sent } = open('full', '/settings/integrations?project=prj_1')
  fireEvent.change(await screen.findByLabelText('Endpoint'), { target: { value: 'sales' } })
  const fold = (await screen.findByText('Vapi')).closest('details') as HTMLDetailsElement
  fold.open = true
  fireEvent(fold, new Event('toggle'))
  await screen.findByText(/\/v1\/webhooks\/vapi\/sales\?key=metrone_live_YOUR_WRITE_KEY/)
  await screen.findByText('main …7oD9')
  fireEvent.change(screen.getByLabelText('Another secret of Vapi'), { target: { value: 's3cret' } })
  fireEvent.click(screen.getByRole('button', { name: 'Save' }))
  await waitFor(() =>
    expect(sent.find(({ path }) => path.endsWith('/vapi/secrets'))?.body).toEqual({
      text: 's3cret',
      endpoint: 'sales',
      is_only: false,
    }),
  )
  fireEvent.click(screen.getByRole('button', { name: 'Send a test' }))
  await screen.findByText('Taken and verified')
})

test('exclusions are added and removed, one’s own address with a click', async () => {
  const { sent } = open('full', '/settings/exclusions?project=prj_1')
  await screen.findByText('Germany (DE)')
  fireEvent.click(screen.getByRole('button', { name: 'Remove /admin/**' }))
  fireEvent.click(screen.getByRole('button', { name: 'Add your own, 203.0.113.7' }))
  await waitFor(() =>
    expect(sent.filter(({ method }) => method !== 'GET').map(({ path, body }) => [path, body])).toEqual([
      ['/app/projects/prj_1/exclusions/1', null],
      ['/app/projects/prj_1/exclusions', { kind: 'address', value: '203.0.113.7' }],
    ]),
  )
})

test('what is to be kept is sent as numbers, and a shorter time is asked about first', async () => {
  const { sent } = open('full', '/settings/general?project=prj_1')
  fireEvent.change(await screen.findByLabelText(/Days that events are kept/), { target: { value: '90' } })
  fireEvent.change(screen.getByLabelText('Weeks start on'), { target: { value: '7' } })
  fireEvent.click(screen.getByLabelText(/Keep transcripts/))
  fireEvent.click(screen.getByRole('button', { name: 'Save' }))
  const question = await screen.findByRole('dialog', { name: 'Erase older events?' })
  expect(question.textContent).toContain('older than 90 days')
  expect(sent.filter(({ method }) => method === 'PUT')).toEqual([])
  fireEvent.click(screen.getByRole('button', { name: 'Keep 90 days' }))
  await screen.findByText('Saved.')
  expect(sent.find(({ method }) => method === 'PUT')?.body).toMatchObject({
    retention_days: 90,
    week_start: 7,
    keeps_talk: true,
    talk_days: 30,
  })
})

test('a question that is closed keeps everything as it was', async () => {
  const { sent } = open('full', '/settings/general?project=prj_1')
  fireEvent.change(await screen.findByLabelText(/Days that events are kept/), { target: { value: '1' } })
  fireEvent.click(screen.getByRole('button', { name: 'Save' }))
  await screen.findByRole('dialog')
  fireEvent.click(screen.getByRole('button', { name: 'Close' }))
  await screen.findByText('Nothing was changed.')
  expect(sent.filter(({ method }) => method === 'PUT')).toEqual([])
})

test('a reset needs the name of the project', async () => {
  const { sent } = open('full', '/settings/general?project=prj_1')
  fireEvent.click(await screen.findByRole('button', { name: 'Reset…' }))
  const button = (await screen.findByRole('button', { name: 'Reset it' })) as HTMLButtonElement
  expect(button.disabled).toBe(true)
  const typed = screen.getByLabelText('Name of the project')
  fireEvent.input(typed, { target: { value: 'Acme' } })
  expect(button.disabled).toBe(true)
  fireEvent.input(typed, { target: { value: 'Acme Voice' } })
  expect(button.disabled).toBe(false)
  fireEvent.click(button)
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(sent.find(({ method }) => method === 'POST')).toMatchObject({
    path: '/app/projects/prj_1/reset',
    body: { confirm: 'Acme Voice' },
  })
})

test('a key is made, shown once, and another revoked', async () => {
  const { sent } = open('full', '/settings/keys?project=prj_1')
  await screen.findByText('Website <b>')
  screen.getByText('Keys that no longer work (1)')
  fireEvent.change(screen.getByLabelText('Name'), { target: { value: 'Server' } })
  fireEvent.click(screen.getByLabelText('Read'))
  fireEvent.change(screen.getByLabelText(/Pages that may use it/), {
    target: { value: 'https://a.test\nhttps://b.test ' },
  })
  fireEvent.click(screen.getByRole('button', { name: 'Create key' }))
  await screen.findByText(`metrone_live_${'3f9a'.repeat(8)}`)
  expect(sent.find(({ method }) => method === 'POST')).toMatchObject({
    path: '/app/projects/prj_1/keys',
    body: {
      name: 'Server',
      scopes: ['write', 'read'],
      origins: ['https://a.test', 'https://b.test'],
      expires_at: null,
      is_test: false,
    },
  })
  fireEvent.click(screen.getByRole('button', { name: 'Revoke Website <b>' }))
  fireEvent.click(await screen.findByRole('button', { name: 'Revoke it' }))
  await waitFor(() =>
    expect(sent.find(({ method }) => method === 'DELETE')?.path).toBe('/app/projects/prj_1/keys/key_1'),
  )
})

test('usage says the number that the quota refuses by, and each day by key', async () => {
  open('full', '/settings/usage?project=prj_1')
  const days = await screen.findByRole('slider', { name: 'Day' })
  screen.getByText('61,803')
  screen.getByText(/38,197 are left/)
  expect(days.getAttribute('aria-valuetext')).toBe('March 14: 781 events')
  fireEvent.keyDown(days, { key: 'ArrowLeft' })
  expect(days.getAttribute('aria-valuetext')).toBe('March 13: 644 events')
})

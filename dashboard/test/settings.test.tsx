// @vitest-environment happy-dom
import { fireEvent, screen, waitFor } from '@testing-library/react'
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
      body: { name: 'Acme <b>', domain: 'acme.example', timezone: 'Europe/Berlin' },
    }),
  )
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

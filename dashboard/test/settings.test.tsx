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
      body: { name: 'Acme <b>', domain: 'acme.example', timezone: 'Europe/Berlin', retention_days: 0 },
    }),
  )
})

test('a section that is not there says so', async () => {
  open('full', '/settings/nothing')
  await screen.findByRole('heading', { name: 'There is no such page' })
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

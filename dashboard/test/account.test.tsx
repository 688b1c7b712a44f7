// @vitest-environment happy-dom
import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { close, open } from './page.ts'

afterEach(close)

const fill = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label, { exact: false }), { target: { value } })

test('the set-up link makes the account, and its token leaves the address', async () => {
  const { sent } = open('full', '/setup#token=good')
  await screen.findByRole('heading', { level: 1, name: 'Create the owner account' })
  await waitFor(() => expect(location.href).not.toContain('good'))
  fill('E-mail', 'ann@acme.example')
  fill('Password', 'violet anchor humming drum')
  fireEvent.click(screen.getByRole('button', { name: 'Create account' }))
  await screen.findByRole('heading', { level: 1, name: 'Acme Voice' })
  expect(sent.find(({ path }) => path === '/app/account/setup')?.body).toEqual({
    token: 'good',
    email: 'ann@acme.example',
    name: '',
    password: 'violet anchor humming drum',
  })
})

test('an old set-up link says so beside the form, which keeps what was typed', async () => {
  open('full', '/setup#token=old')
  await screen.findByRole('heading', { level: 1, name: 'Create the owner account' })
  fill('E-mail', 'ann@acme.example')
  fill('Password', 'violet anchor humming drum')
  fireEvent.click(screen.getByRole('button', { name: 'Create account' }))
  expect((await screen.findByRole('alert')).textContent).toContain('was used or has expired')
  expect((screen.getByLabelText('E-mail', { exact: false }) as HTMLInputElement).value).toBe(
    'ann@acme.example',
  )
})

test('a set-up address without its token says which command prints it', async () => {
  open('full', '/setup')
  await screen.findByText('metrone users setup')
})

test('the account page names hostile people as text and ends a browser', async () => {
  const { sent } = open('full', '/account')
  await screen.findByText('Ann <b>Smith</b>')
  const list = screen.getByRole('region', { name: 'Browsers that are signed in' })
  await within(list).findByText('Firefox on Linux')
  expect(within(list).queryByRole('button', { name: 'Sign out Firefox on Linux' })).toBeNull()
  fireEvent.click(within(list).getByRole('button', { name: 'Sign out Safari on iOS' }))
  await waitFor(() =>
    expect(sent.filter(({ method }) => method === 'DELETE').map(({ path }) => path)).toEqual([
      '/app/account/sessions/ses_2',
    ]),
  )
  expect(sent.find(({ method }) => method === 'DELETE')?.headers.get('X-CSRF-Token')).toBe('c5rf')
})

test('the team page changes a role and withdraws an invitation', async () => {
  const { sent } = open('full', '/team')
  fireEvent.change(await screen.findByLabelText('Role of Bob'), { target: { value: 'admin' } })
  fireEvent.click(screen.getByRole('button', { name: /^Withdraw the invitation of cy\./ }))
  await screen.findByText(/member invited as editor/)
  const changes = sent.filter(({ method, path }) => method !== 'GET' && path.startsWith('/app/'))
  expect(changes.map(({ method, path, body }) => [method, path, body])).toEqual([
    ['PUT', '/app/orgs/org_1/members/usr_2', { role: 'admin' }],
    ['DELETE', '/app/orgs/org_1/invitations/lnk_1', null],
  ])
})

test('the page of all projects shows each with its visitors and its line', async () => {
  open('full', '/projects')
  const card = await screen.findByRole('link', { name: /Acme Voice/ })
  await within(card).findByRole('img', { name: 'Visitors of 30 days' })
  await within(card).findByText(/^[\d.,K]+ visitors in 30 days$/)
  expect(card.getAttribute('href')).toBe('/?project=prj_1')
})

test('a wrong password is said, the right one empties the form', async () => {
  open('full', '/account')
  await screen.findByRole('button', { name: 'Change password' })
  for (const current of ['wrong', 'correct horse battery']) {
    fill('Current password', current)
    fill('New password', 'violet anchor humming drum')
    fireEvent.click(screen.getByRole('button', { name: 'Change password' }))
    await screen.findByText(current === 'wrong' ? 'The password is wrong.' : /^Changed\./)
  }
  expect((screen.getByLabelText('Current password') as HTMLInputElement).value).toBe('')
})

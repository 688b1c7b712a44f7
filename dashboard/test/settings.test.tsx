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

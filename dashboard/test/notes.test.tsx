// @vitest-environment happy-dom
import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { close, open, type Sent } from './page.ts'

afterEach(close)

const changes = (sent: Sent[], method: string) =>
  sent.filter((each) => each.method === method && each.path.startsWith('/app/projects/'))

test('a saved segment takes the place of the filters, and its name that of the button', async () => {
  open('full', '/?f=is,browser,Firefox')
  await screen.findByRole('button', { name: 'Segments' })
  fireEvent.keyDown(document.body, { key: 's' })
  const list = within(await screen.findByRole('list', { name: 'Saved segments' }))
  fireEvent.click(list.getByRole('button', { name: /^Germans/ }))
  await waitFor(() => expect(location.search).toBe('?f=is,country,DE'))
  await screen.findByRole('button', { name: 'Segment: Germans' })
})

test('the filters of the page are saved under a name, for everybody where that is ticked', async () => {
  const { sent } = open('full', '/voice?f=is,country,FR')
  fireEvent.click(await screen.findByRole('button', { name: 'Segments' }))
  fireEvent.change(await screen.findByLabelText('Save the filters of the page as'), {
    target: { value: 'French <b>' },
  })
  fireEvent.click(screen.getByLabelText('For everybody of the project'))
  fireEvent.click(screen.getByRole('button', { name: 'Save the filters' }))
  await waitFor(() => expect(changes(sent, 'POST')).toHaveLength(1))
  expect(changes(sent, 'POST')[0]).toMatchObject({
    path: '/app/projects/prj_1/segments',
    body: { name: 'French <b>', filters: [['is', 'country', ['FR']]], is_shared: true },
  })
  expect(changes(sent, 'POST')[0]?.headers.get('X-CSRF-Token')).toBe('c5rf')
})

test('a segment is renamed and deleted; without filters there is none to save', async () => {
  const { sent } = open('full')
  fireEvent.click(await screen.findByRole('button', { name: 'Segments' }))
  await screen.findByText(/filter the page first/)
  fireEvent.click(await screen.findByRole('button', { name: 'Change Germans' }))
  fireEvent.change(screen.getByLabelText('Name'), { target: { value: 'Deutsche' } })
  fireEvent.click(screen.getByRole('button', { name: 'Save' }))
  await waitFor(() =>
    expect(changes(sent, 'PUT')[0]).toMatchObject({
      path: '/app/projects/prj_1/segments/seg_1',
      body: { name: 'Deutsche', is_shared: true },
    }),
  )
  expect(changes(sent, 'PUT')[0]?.body).not.toHaveProperty('filters')
  fireEvent.click(await screen.findByRole('button', { name: 'Delete Germans' }))
  await waitFor(() => expect(changes(sent, 'DELETE')[0]?.path).toBe('/app/projects/prj_1/segments/seg_1'))
})

test('the key writes an annotation at the point, which says what stands there', async () => {
  const { sent } = open('full')
  const chart = await screen.findByRole('slider', { name: 'Visitors over time' })
  fireEvent.keyDown(chart, { key: 'End' })
  for (let day = 0; day < 9; day++) fireEvent.keyDown(chart, { key: 'ArrowLeft' })
  await waitFor(() =>
    expect(chart.getAttribute('aria-valuetext')).toContain('. Launch on <b>Hacker News</b>'),
  )
  fireEvent.keyDown(chart, { key: 'a' })
  const dialog = within(await screen.findByRole('dialog', { name: 'Annotate' }))
  expect(dialog.getByText('Launch on <b>Hacker News</b>')).toBeTruthy()
  fireEvent.change(dialog.getByLabelText('What happened'), { target: { value: 'Sale' } })
  fireEvent.click(dialog.getByRole('button', { name: 'Annotate' }))
  await waitFor(() => expect(changes(sent, 'POST')).toHaveLength(1))
  expect(changes(sent, 'POST')[0]?.body).toMatchObject({
    text: 'Sale',
    on: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
    is_shared: false,
  })
  // The key did not also mean all time.
  expect(location.search).toBe('')
})

test('the map filters by a click, and leaves out by Alt', async () => {
  open('full', '/?locations=map')
  await waitFor(() => expect(document.querySelector('[data-code="DE"]')).toBeTruthy())
  const country = (code: string) => document.querySelector(`[data-code="${code}"]`) as Element
  expect(country('US').getAttribute('data-step')).toBe('5')
  expect(country('CN').getAttribute('data-step')).toBe('0')
  fireEvent.pointerMove(country('DE'))
  expect(document.querySelector('.map-card')?.textContent).toMatch(/^Germany [\d,]+ visitors$/)
  fireEvent.click(country('CN'))
  fireEvent.click(country('FR'), { altKey: true })
  await waitFor(() => expect(location.search).toContain('f=is_not,country,FR'))
  fireEvent.click(await screen.findByRole('button', { name: /^Germany [\d,]+ Visitors$/ }))
  await waitFor(() => expect(location.search).toContain('f=is,country,DE'))
})

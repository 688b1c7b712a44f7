// @vitest-environment happy-dom
import { Component, type ReactNode, StrictMode, Suspense, useEffect, version } from 'react'
import { expect, test, vi } from 'vitest'
import { MetroneProvider, useMetrone } from '../src/index.ts'
import { ENDPOINT, go, leave, mount, nextKey, Runs, settle, viewsOf } from './stage.tsx'

const configOf = (apiKey = nextKey()) => ({ apiKey, endpoint: ENDPOINT })

function Early() {
  const { trackEvent } = useMetrone()
  useEffect(() => {
    trackEvent('early')
    return () => trackEvent('last word')
  }, [trackEvent])
  return null
}

/** Shows what was thrown below it. */
class Boundary extends Component<{ children: ReactNode }> {
  override state: { message?: string } = {}
  static getDerivedStateFromError({ message }: Error) {
    return { message }
  }
  override render() {
    return this.state.message ?? this.props.children
  }
}

test('this is the React that the project names', ({ task }) => {
  expect(`react ${version.split('.')[0]}`).toBe(task.file.projectName)
})

test.each([
  ['trackRouteChanges', { trackRouteChanges: true }, {}],
  ['autoTrackSPA', {}, { autoTrackSPA: true }],
  ['both', { trackRouteChanges: true }, { autoTrackSPA: true }],
  ['neither, since that is what a React app wants', {}, {}],
])('each route is one pageview under StrictMode: %s', async (_, props, options) => {
  await go('/start')
  await mount(
    <StrictMode>
      <MetroneProvider config={{ ...configOf(), ...options }} {...props} />
    </StrictMode>,
  )
  await go('/a')
  await go('/b')
  await go('/b')
  await go('/a')
  expect(viewsOf(leave())).toEqual(['/start', '/a', '/b', '/a'])
})

test.each([
  ['the prop', { trackRouteChanges: false }, { autoTrackSPA: true }],
  ['the option', {}, { autoTrackSPA: false }],
])('routes are left alone where %s says so', async (_, props, options) => {
  await go('/start')
  await mount(<MetroneProvider config={{ ...configOf(), ...options }} {...props} />)
  await go('/a')
  expect(viewsOf(leave())).toEqual(['/start'])
})

test('what a child tracks in its first effect comes after the pageview', async () => {
  await mount(
    <StrictMode>
      <MetroneProvider config={configOf()}>
        <Early />
      </MetroneProvider>
    </StrictMode>,
  )
  expect(leave().map(({ event_type }) => event_type)).toEqual(['pageview', 'early', 'last word', 'early'])
})

test('a provider that leaves takes its listeners along, after the last words of its children', async () => {
  await go('/start')
  const show = await mount(
    <MetroneProvider config={configOf()}>
      <Early />
    </MetroneProvider>,
  )
  await show(null)
  await settle()
  await go('/unseen')
  expect(leave().map(({ event_type }) => event_type)).toEqual(['pageview', 'early', 'last word'])
})

test('a provider that comes back does not count its page again, and counts the next', async () => {
  await go('/start')
  const config = configOf()
  const show = await mount(<MetroneProvider config={config} />)
  await show(null)
  await settle()
  await show(<MetroneProvider config={config} />)
  await go('/a')
  expect(viewsOf(leave())).toEqual(['/start', '/a'])
})

test('a page that the back/forward cache brings back is counted again', async () => {
  await go('/start')
  await mount(<MetroneProvider config={configOf()} />)
  for (const persisted of [false, true])
    window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted }))
  expect(viewsOf(leave())).toEqual(['/start', '/start'])
})

test('two providers of one key are one client, two keys are two', async () => {
  await go('/start')
  const config = configOf()
  await mount(
    <MetroneProvider config={config}>
      <MetroneProvider config={{ ...config }}>
        <MetroneProvider config={configOf()} />
      </MetroneProvider>
    </MetroneProvider>,
  )
  await go('/a')
  const events = leave()
  expect(viewsOf(events.filter(({ api_key }) => api_key === config.apiKey))).toEqual(['/start', '/a'])
  expect(viewsOf(events.filter(({ api_key }) => api_key !== config.apiKey))).toEqual(['/start', '/a'])
})

test('another key is another client', async () => {
  await go('/start')
  const [first, second] = [configOf(), configOf()]
  const show = await mount(<MetroneProvider config={first} />)
  await show(<MetroneProvider config={second} />)
  await settle()
  await go('/a')
  expect(leave().map(({ api_key, page_url }) => [api_key, page_url.replace(/^.*\//, '')])).toEqual([
    [first.apiKey, 'start'],
    [second.apiKey, 'start'],
    [second.apiKey, 'a'],
  ])
})

test('consent and callbacks count from the render in which they are given', async () => {
  await go('/start')
  const config = configOf()
  const show = await mount(<MetroneProvider config={{ ...config, cookieConsent: false }} />)
  expect(leave()).toEqual([])
  const mark = (event: { properties?: object | undefined }) => ({ ...event, properties: { marked: true } })
  await show(<MetroneProvider config={{ ...config, cookieConsent: true, beforeSend: mark as never }} />)
  await go('/agreed')
  expect(viewsOf(leave())).toEqual(['/start', '/agreed'])
  expect(leave().at(-1)?.properties).toEqual({ marked: true })
})

test.each([
  ['missing', {}],
  ['missing with its config', undefined],
  ['empty', { apiKey: '' }],
  ['malformed', { apiKey: 'metrone_live_short' }],
  ['of somebody else', { apiKey: 'pk_live_0123456789abcdef0123456789abcdef' }],
])('a key that is %s fails at the first render with one sentence', async (_, config) => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  await mount(
    <Boundary>
      <MetroneProvider config={config as never} />
    </Boundary>,
  )
  expect(document.body.textContent).toBe('Metrone: apiKey missing or malformed')
})

test.each([
  ['a key that becomes malformed later is said in the console', { apiKey: 'nonsense' }, /Metrone: apiKey/],
  ['an endpoint that becomes malformed later breaks nothing', { endpoint: 'nonsense' }, /^$/],
])('%s, and the app goes on', async (_, change, said) => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => {})
  const config = configOf()
  const show = await mount(
    <MetroneProvider config={config}>
      <p>Here</p>
    </MetroneProvider>,
  )
  await show(
    <MetroneProvider config={{ ...config, ...change }}>
      <p>Still here</p>
    </MetroneProvider>,
  )
  expect(document.body.textContent).toBe('Still here')
  expect(error.mock.calls.flat().join(' ')).toMatch(said)
})

test('a tree that never gets on the page counts nothing', async () => {
  const never = new Promise(() => {})
  const wait = () => {
    throw never
  }
  await mount(
    <Suspense fallback={null}>
      <MetroneProvider config={configOf()}>
        <Runs hook={wait} />
      </MetroneProvider>
    </Suspense>,
  )
  expect(leave()).toEqual([])
})

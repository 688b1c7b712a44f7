import { renderToString } from 'react-dom/server'
import { expect, test, vi } from 'vitest'
import { MetroneProvider, useAnalytics, withMetrone } from '../src/index.ts'

const apiKey = `metrone_live_${'0123456789abcdef'.repeat(2)}`

/** Tracks while it renders, which nobody should: a server would count what no visitor has seen. */
const Hasty = withMetrone(({ metrone }) => {
  const { trackEvent, getSessionId } = useAnalytics({ autoTrack: true, trackRouteChanges: true })
  metrone.trackPageView()
  trackEvent('rendered')
  void metrone.flush()
  return <p>{`session: ${getSessionId()}`}</p>
})

test('a server renders the children, sends nothing and keeps no timer', () => {
  expect(typeof window).toBe('undefined')
  const fetch = vi.spyOn(globalThis, 'fetch')
  const timers = [vi.spyOn(globalThis, 'setTimeout'), vi.spyOn(globalThis, 'setInterval')]
  const html = renderToString(
    <MetroneProvider config={{ apiKey }}>
      <Hasty />
    </MetroneProvider>,
  )
  expect(html).toBe('<p>session: </p>')
  for (const spy of [fetch, ...timers]) expect(spy).not.toHaveBeenCalled()
})

test('a malformed key fails on the server already', () => {
  const render = () => renderToString(<MetroneProvider config={{ apiKey: 'nonsense' }} />)
  expect(render).toThrow('Metrone: apiKey missing or malformed')
})

// @vitest-environment happy-dom
import { Component, StrictMode, useEffect } from 'react'
import { expect, test, vi } from 'vitest'
import {
  type MetroneActions,
  MetroneProvider,
  useAnalytics,
  useMetrone,
  type WithMetroneProps,
  withMetrone,
} from '../src/index.ts'
import { ENDPOINT, go, leave, mount, nextKey, Runs, viewsOf } from './stage.tsx'

class Button extends Component<WithMetroneProps & { plan: string }> {
  override componentDidMount(): void {
    this.props.metrone.trackEvent('shown', { plan: this.props.plan })
  }
  override render() {
    return <p>{this.props.plan}</p>
  }
}
const Tracked = withMetrone(Button)

/** The actions as a component inside a provider gets them. */
async function readActions(options = {}): Promise<MetroneActions> {
  let actions: MetroneActions | undefined
  const hook = () => {
    actions = useMetrone()
  }
  await mount(
    <MetroneProvider config={{ apiKey: nextKey(), endpoint: ENDPOINT, ...options }}>
      <Runs hook={hook} />
    </MetroneProvider>,
  )
  return actions as MetroneActions
}

test('each action sends the event of its name', async () => {
  await go('/actions')
  const metrone = await readActions()
  metrone.trackEvent('signup', { plan: 'growth' })
  metrone.trackConversion('purchase', 69, { currency: 'USD' })
  metrone.trackInteraction('click', 'cta_hero')
  metrone.trackCampaign({ utm_source: 'newsletter', utm_medium: 'email' })
  metrone.trackProductView({ id: 'p1', name: 'Chair', price: 49 })
  metrone.trackAICall({ callId: 'c1', provider: 'vapi', duration: 47 })
  metrone.trackAIChat({ session_id: 's1', provider: 'openai' })
  metrone.trackAIIntent({ intent: 'pricing' })
  metrone.trackAISession({ sessionId: 's1', action: 'end' })
  expect(leave().map(({ event_type }) => event_type)).toEqual([
    'pageview',
    'signup',
    'conversion',
    'interaction',
    'campaign',
    'product_view',
    'ai_call',
    'ai_chat',
    'ai_intent',
    'ai_session_end',
  ])
})

test('flush says what was sent', async () => {
  const { flush, getSessionId, trackEvent } = await readActions()
  trackEvent('signup')
  expect(await flush(), 'the pageview went at once').toEqual({ sent: 1, failed: 0, waiting: 0 })
  expect(getSessionId()).toBe('ses_1')
})

test('trackPageView counts a page once, whoever asks for it and however often', async () => {
  await go('/once')
  const { trackPageView } = await readActions({ autoTrackSPA: false })
  trackPageView()
  await go('/next')
  trackPageView()
  trackPageView()
  trackPageView(`${location.origin}/virtual`, 'A step')
  trackPageView(`${location.origin}/virtual`, 'A step')
  expect(viewsOf(leave())).toEqual(['/once', '/next', '/virtual'])
})

test('actions are the same functions in every render, over another key and under StrictMode', async () => {
  const seen = new Set<unknown>()
  let renders = 0
  const page = (at: number, apiKey: string) => (
    <StrictMode>
      <MetroneProvider config={{ apiKey, endpoint: ENDPOINT }}>
        <Runs
          hook={() => {
            const metrone = useMetrone()
            const analytics = useAnalytics({ properties: { at } })
            useEffect(() => {
              renders++
              seen.add(metrone).add(metrone.trackEvent).add(metrone.flush)
              seen.add(analytics).add(analytics.trackEvent)
            })
          }}
        />
      </MetroneProvider>
    </StrictMode>
  )
  const key = nextKey()
  const show = await mount(page(1, key))
  await show(page(2, key))
  await show(page(3, nextKey()))
  expect(renders).toBeGreaterThanOrEqual(3)
  expect(seen.size).toBe(5)
})

test('useAnalytics puts its prefix before names and its properties under those of a call', async () => {
  await go('/analytics')
  const hook = () => {
    const { trackEvent, trackConversion, trackAICall } = useAnalytics({
      eventPrefix: 'shop_',
      properties: { team: 'web', plan: 'none' },
    })
    useEffect(() => {
      trackEvent('signup', { plan: 'growth' })
      trackConversion('purchase', 69)
      trackAICall({ callId: 'c1', properties: { plan: 'call' } })
    }, [trackEvent, trackConversion, trackAICall])
  }
  await mount(
    <MetroneProvider config={{ apiKey: nextKey(), endpoint: ENDPOINT, autoTrack: false }}>
      <Runs hook={hook} />
    </MetroneProvider>,
  )
  expect(leave().map(({ event_type, properties }) => [event_type, properties])).toMatchObject([
    ['shop_signup', { team: 'web', plan: 'growth' }],
    ['conversion', { team: 'web', plan: 'none', conversion_type: 'purchase', value: 69 }],
    ['ai_call', { team: 'web', plan: 'call' }],
  ])
})

test.each([true, false])(
  'useAnalytics counts each route once, whether the provider counts it too: %s',
  async (both) => {
    await go('/start')
    const hook = () => void useAnalytics({ autoTrack: true, trackRouteChanges: true })
    const page = (isShown: boolean) => (
      <StrictMode>
        <MetroneProvider config={config} trackRouteChanges={both}>
          {isShown && <Runs hook={hook} />}
        </MetroneProvider>
      </StrictMode>
    )
    const config = { apiKey: nextKey(), endpoint: ENDPOINT, autoTrack: both }
    const show = await mount(page(true))
    await go('/a')
    await go('/b')
    await show(page(false))
    await go('/c')
    expect(viewsOf(leave())).toEqual(both ? ['/start', '/a', '/b', '/c'] : ['/start', '/a', '/b'])
  },
)

test('withMetrone gives a class its actions, and leaves the rest of its props as they were', async () => {
  expect(Tracked.displayName).toBe('withMetrone(Button)')
  await mount(
    <MetroneProvider config={{ apiKey: nextKey(), endpoint: ENDPOINT }}>
      <Tracked plan="growth" />
    </MetroneProvider>,
  )
  expect(leave().at(-1)).toMatchObject({ event_type: 'shown', properties: { plan: 'growth' } })
  expect(document.body.textContent).toBe('growth')
})

test('outside a provider nothing is tracked, nothing breaks, and the console says so once', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const answers: unknown[] = []
  const hook = () => {
    const { trackEvent, flush, getSessionId } = useMetrone()
    useEffect(() => {
      trackEvent('signup')
      answers.push(getSessionId(), flush())
    }, [trackEvent, flush, getSessionId])
  }
  await mount(
    <>
      <Runs hook={hook} />
      <Runs hook={hook} />
    </>,
  )
  expect(leave()).toEqual([])
  const nothing = { sent: 0, failed: 0, waiting: 0 }
  expect(await Promise.all(answers)).toEqual(['', nothing, '', nothing])
  expect(warn.mock.calls).toEqual([[expect.stringMatching(/outside a <MetroneProvider>/)]])
})

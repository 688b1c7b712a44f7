/** A small shop in React, as a user would write it: a provider around a router, hooks in the pages. */
import {
  MetroneProvider,
  useAnalytics,
  useMetrone,
  type WithMetroneProps,
  withMetrone,
} from '@metrone-io/react'
import { Component, type ComponentType, StrictMode, useEffect, useState } from 'react'
import { go, usePath } from './router.ts'

export interface Place {
  apiKey: string
  endpoint: string
}

function Home() {
  const { trackEvent, trackPageView } = useMetrone()
  // Written by somebody who does not know that pages are counted already; runs twice under StrictMode.
  useEffect(() => trackPageView(), [trackPageView])
  return (
    <button type="button" onClick={() => trackEvent('signup', { plan: 'growth' })}>
      Sign up
    </button>
  )
}

function Pricing() {
  const { trackEvent, trackConversion } = useAnalytics({
    autoTrack: true,
    trackRouteChanges: true,
    eventPrefix: 'pricing_',
    properties: { team: 'web' },
  })
  return (
    <>
      <button type="button" onClick={() => trackConversion('purchase', 69, { currency: 'USD' })}>
        Buy
      </button>
      <button type="button" onClick={() => trackEvent('compare')}>
        Compare
      </button>
    </>
  )
}

class Support extends Component<WithMetroneProps> {
  ask = (): void => {
    const { metrone } = this.props
    metrone.trackAICall({
      callId: 'call_1',
      provider: 'vapi',
      duration: 47,
      intent: 'booking',
      outcome: 'completed',
    })
    metrone.trackAIChat({ session_id: 'chat_1', provider: 'openai', message_count: 5, resolved: true })
    metrone.trackAIIntent({ intent: 'pricing', confidence: 0.9 })
    metrone.trackAISession({ sessionId: 'chat_1', action: 'start' })
  }
  override render() {
    return (
      <button type="button" onClick={this.ask}>
        Ask
      </button>
    )
  }
}

const Docs = withMetrone(Support)

const PAGES: Record<string, ComponentType> = { '/': Home, '/pricing': Pricing, '/docs': Docs }

function Shop({ path }: { path: string }) {
  const [isShown, show] = useState(true)
  const Page = PAGES[path]
  return (
    <>
      <nav>
        {Object.keys(PAGES).map((to) => (
          <button type="button" key={to} onClick={() => go(to)}>
            Go to {to}
          </button>
        ))}
      </nav>
      <button type="button" onClick={() => show(!isShown)}>
        Toggle
      </button>
      {isShown && Page && <Page />}
    </>
  )
}

/** `path` is what a server was asked for. The provider can be taken away and put back, as after a question for consent. */
export function App({ path, place }: { path: string; place: Place }) {
  const [isCounted, count] = useState(true)
  const shop = <Shop path={usePath(path)} />
  return (
    <StrictMode>
      <button type="button" onClick={() => count(!isCounted)}>
        Provider
      </button>
      {isCounted ? (
        <MetroneProvider config={{ ...place, autoTrackSPA: true, flushInterval: 100 }} trackRouteChanges>
          {shop}
        </MetroneProvider>
      ) : (
        shop
      )}
    </StrictMode>
  )
}

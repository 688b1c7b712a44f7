/** A small shop in React, as a user would write it: a provider around a router, hooks in the pages. */
import {
  MetroneProvider,
  useAnalytics,
  useMetrone,
  type WithMetroneProps,
  withMetrone,
} from '@metrone-io/react'
import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  Outlet,
  type RouterHistory,
  RouterProvider,
} from '@tanstack/react-router'
import { Component, StrictMode, useEffect, useState } from 'react'

export interface Place {
  apiKey: string
  endpoint: string
}

function Shell() {
  const [isShown, show] = useState(true)
  return (
    <>
      <nav>
        <Link to="/">Home</Link> <Link to="/pricing">Pricing</Link> <Link to="/docs">Docs</Link>
      </nav>
      <button type="button" onClick={() => show(!isShown)}>
        Toggle
      </button>
      {isShown && <Outlet />}
    </>
  )
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

export function createShop(history: RouterHistory) {
  const root = createRootRoute({ component: Shell })
  const pages = { '/': Home, '/pricing': Pricing, '/docs': Docs }
  const routes = Object.entries(pages).map(([path, component]) =>
    createRoute({ getParentRoute: () => root, path, component }),
  )
  return createRouter({ routeTree: root.addChildren(routes), history })
}

/** The provider can be taken away and put back, as a banner that asks for consent would. */
export function App({ router, place }: { router: ReturnType<typeof createShop>; place: Place }) {
  const [isCounted, count] = useState(true)
  const page = <RouterProvider router={router} />
  return (
    <StrictMode>
      <button type="button" onClick={() => count(!isCounted)}>
        Provider
      </button>
      {isCounted ? (
        <MetroneProvider config={{ ...place, autoTrackSPA: true, flushInterval: 100 }} trackRouteChanges>
          {page}
        </MetroneProvider>
      ) : (
        page
      )}
    </StrictMode>
  )
}

/** The provider: gives the components below it a client, and holds it for as long as it is mounted. */
import type { AnalyticsConfig } from '@metrone-io/sdk'
import {
  createContext,
  type ReactElement,
  type ReactNode,
  useEffect,
  useInsertionEffect,
  useState,
} from 'react'
import { createActions, type MetroneActions } from './actions.ts'
import { createSeat, nameOf } from './clients.ts'

export interface MetroneProviderProps {
  /**
   * The SDK's options. A new object in every render is fine: another key or endpoint is another client, callbacks and
   * `cookieConsent` count from the render on, and everything else is read when the client is made.
   */
  config: AnalyticsConfig
  /** Count route changes as pageviews. Default: `config.autoTrackSPA`, or else true. */
  trackRouteChanges?: boolean | undefined
  children?: ReactNode
}

export const MetroneContext = createContext<MetroneActions | null>(null)

/** Throws where the key is missing or malformed when it comes to the page; nothing throws later. */
export function MetroneProvider({
  // Without types it may be forgotten, and then the client says what is missing.
  config = {} as AnalyticsConfig,
  trackRouteChanges,
  children,
}: MetroneProviderProps): ReactElement {
  const settings = { config, followsRoutes: trackRouteChanges ?? config.autoTrackSPA ?? true }
  const [seat] = useState(() => createSeat(settings))
  const [actions] = useState(() => createActions(seat.find))
  const name = nameOf(config)
  // Before the effects of the components below, which may track something.
  useInsertionEffect(() => seat.update(settings))
  useEffect(() => seat.hold(name), [seat, name])
  return <MetroneContext.Provider value={actions}>{children}</MetroneContext.Provider>
}

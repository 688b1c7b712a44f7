/** What components call: the actions of the provider above them. */
import { useContext, useEffect, useInsertionEffect, useMemo, useRef } from 'react'
import { type Extras, type MetroneActions, SILENT, withExtras } from './actions.ts'
import { MetroneContext } from './MetroneProvider.tsx'
import { watchRoutes } from './routes.ts'

declare const process: { env: { NODE_ENV?: string } }

let hasWarned = false

/**
 * The actions of the nearest provider; each is the same function in every render. Outside a provider they do nothing,
 * and a development build says so once in the console.
 */
export function useMetrone(): MetroneActions {
  const actions = useContext(MetroneContext)
  if (!actions && !hasWarned && isDevelopment()) {
    hasWarned = true
    console.warn('Metrone: useMetrone() is called outside a <MetroneProvider>, so nothing is tracked there.')
  }
  return actions ?? SILENT
}

/** Bundlers put a word in place of `process.env.NODE_ENV`; where none did, there may be no `process`. */
function isDevelopment(): boolean {
  try {
    return process.env.NODE_ENV !== 'production'
  } catch {
    return false
  }
}

/** What {@link useAnalytics} adds to the actions, and what it does by itself. */
export interface AnalyticsOptions extends Extras {
  /** Count the page on screen when the component comes, where it was not counted yet. Default false. */
  autoTrack?: boolean | undefined
  /** Count route changes while the component is there, where nobody else does. Default false. */
  trackRouteChanges?: boolean | undefined
}

/** {@link useMetrone} for a part of an app. The actions stay the same functions when the options change. */
export function useAnalytics(options: AnalyticsOptions = {}): MetroneActions {
  const actions = useMetrone()
  const latest = useRef(options)
  useInsertionEffect(() => {
    latest.current = options
  })
  const { autoTrack, trackRouteChanges } = options
  useEffect(() => {
    if (autoTrack) actions.trackPageView()
  }, [actions, autoTrack])
  useEffect(
    () => (trackRouteChanges ? watchRoutes(() => actions.trackPageView()) : undefined),
    [actions, trackRouteChanges],
  )
  return useMemo(() => withExtras(actions, () => latest.current), [actions])
}

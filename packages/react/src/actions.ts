/** What a component may do, as functions that stay the same for as long as their provider does. Knows no React. */
import type { FlushResult, Metrone } from '@metrone-io/sdk'

/** What {@link useMetrone} gives; arguments are those of the SDK's methods of the same meaning. */
export interface MetroneActions {
  /** Counts the page on screen, or the one that you name. Where that is the page counted last, nothing happens. */
  trackPageView: Metrone['pageview']
  trackEvent: Metrone['track']
  trackConversion: Metrone['conversion']
  trackInteraction: Metrone['interaction']
  trackCampaign: Metrone['campaign']
  trackProductView: Metrone['productView']
  trackAICall: Metrone['trackAICall']
  trackAIChat: Metrone['trackAIChat']
  trackAIIntent: Metrone['trackAIIntent']
  trackAISession: Metrone['trackAISession']
  /** Sends what waits now, and says what became of it. */
  flush: Metrone['flush']
  /** Stops counting this browser, also on later visits. */
  optOut: Metrone['optOut']
  /** The client's own session; empty where there is none, as on a server. */
  getSessionId: Metrone['getSessionId']
}

const METHODS: Record<keyof MetroneActions, keyof Metrone> = {
  trackPageView: 'pageview',
  trackEvent: 'track',
  trackConversion: 'conversion',
  trackInteraction: 'interaction',
  trackCampaign: 'campaign',
  trackProductView: 'productView',
  trackAICall: 'trackAICall',
  trackAIChat: 'trackAIChat',
  trackAIIntent: 'trackAIIntent',
  trackAISession: 'trackAISession',
  flush: 'flush',
  optOut: 'optOut',
  getSessionId: 'getSessionId',
}

const NOTHING: FlushResult = { sent: 0, failed: 0, queued: 0 }
/** What is answered where there is no client; everything else answers nothing. */
const ANSWERS: Partial<Record<keyof MetroneActions, () => unknown>> = {
  flush: () => Promise.resolve({ ...NOTHING }),
  getSessionId: () => '',
}

/** The actions over the client that `find` gives at the time of a call. */
export function createActions(find: () => Metrone | undefined): MetroneActions {
  const actions = {} as Record<string, unknown>
  for (const [name, method] of Object.entries(METHODS))
    actions[name] = (...given: never[]) => {
      const client = find() as Record<string, (...given: never[]) => unknown> | undefined
      return client ? client[method]?.(...given) : ANSWERS[name as keyof MetroneActions]?.()
    }
  return actions as unknown as MetroneActions
}

/** The actions of a component outside every provider. */
export const SILENT = createActions(() => undefined)

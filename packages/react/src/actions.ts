/** What a component may do, as functions that stay the same for as long as their provider does. Knows no React. */
import type { FlushResult, Metrone, Properties } from '@metrone-io/sdk'

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

const METHODS = {
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
} as const satisfies Record<keyof MetroneActions, keyof Metrone>

type Name = keyof typeof METHODS
/** Any of them, for code that treats them alike. */
type Call = (...given: unknown[]) => unknown
type Calls = Record<string, Call>

/** What is answered where there is no client; everything else answers nothing. */
const ANSWERS: { [name in Name]?: Call } = {
  flush: async (): Promise<FlushResult> => ({ sent: 0, failed: 0, waiting: 0 }),
  getSessionId: () => '',
}

/** The actions over the client that `find` gives at the time of a call. They never throw. */
export function createActions(find: () => Metrone | undefined): MetroneActions {
  const actions: Calls = {}
  for (const [name, method] of Object.entries(METHODS))
    actions[name] = (...given) => {
      const answer = ANSWERS[name as Name]
      try {
        const client = find() as unknown as Calls | undefined
        const told = client?.[method]?.(...given)
        // Everything else answers nothing, so that an effect may end with it.
        if (client) return answer && told
      } catch {}
      return answer?.()
    }
  return actions as unknown as MetroneActions
}

/** The actions of a component outside every provider. */
export const SILENT = createActions(() => undefined)

/** What {@link withExtras} adds. */
export interface Extras {
  /** Stands before the names of custom events. */
  eventPrefix?: string | undefined
  /** Go with every event but pageviews; what a call says itself wins. */
  properties?: Properties | undefined
}

/** Which argument of an action has the properties. */
const PROPERTIES_AT: { [name in Name]?: number } = {
  trackEvent: 1,
  trackConversion: 2,
  trackInteraction: 2,
  trackCampaign: 1,
  trackProductView: 1,
}
/** These have them inside of their last argument. */
const INTERACTIONS = ['trackAICall', 'trackAIChat', 'trackAIIntent', 'trackAISession'] as const

/** `actions` with what `read` gives at the time of a call. */
export function withExtras(actions: MetroneActions, read: () => Extras): MetroneActions {
  const plain = actions as unknown as Calls
  const more: Calls = {}
  for (const [name, at] of Object.entries(PROPERTIES_AT))
    more[name] = (...given) => {
      const { eventPrefix = '', properties } = read()
      if (name === 'trackEvent') given[0] = `${eventPrefix}${given[0]}`
      given[at] = { ...properties, ...(given[at] as Properties) }
      return plain[name]?.(...given)
    }
  for (const name of INTERACTIONS)
    more[name] = (first, ...rest) => {
      const last = (typeof first === 'string' ? rest[0] : first) as { properties?: Properties } | undefined
      const given = { ...last, properties: { ...read().properties, ...last?.properties } }
      return typeof first === 'string' ? plain[name]?.(first, given) : plain[name]?.(given)
    }
  return { ...actions, ...more } as unknown as MetroneActions
}

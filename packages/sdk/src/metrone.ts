/** The class of the SDK: names for what can be done. How it is done lives in `client.ts` and below. */
import { asFields, sortInteraction } from './ai.ts'
import { countClicks } from './clicks.ts'
import { createClient, type Watch } from './client.ts'
import { watchLooks } from './look.ts'
import { guard, listen } from './page.ts'
import { openStore } from './store.ts'
import type {
  AnalyticsConfig,
  AnalyticsEvent,
  Metrone as Api,
  MetroneConstructor,
  Properties,
} from './types.ts'

const watchPage: Watch = (emit, { autoTrackClicks = true }, ending) => {
  const endLook = watchLooks(ending)
  if (autoTrackClicks) listen('click auxclick', countClicks(emit), ending)
  return () => {
    const properties = endLook()
    if (properties) emit('engagement', properties)
  }
}

export type Metrone = Api
export const Metrone: MetroneConstructor = class {
  constructor(options: string | AnalyticsConfig) {
    const [emit, pageview, flush, destroy, optOut, getSessionId] = createClient(options, openStore, watchPage)
    const emitInteraction = (type: string, given: Properties): unknown =>
      emit(type, {}, sortInteraction(given))
    const api: Omit<Api, 'sessionId'> = {
      pageview,
      track: emit,
      conversion: (conversion_type, value, properties) =>
        emit('conversion', { ...properties, conversion_type, value }),
      interaction: (interaction_type, target, properties) =>
        emit('interaction', { ...properties, interaction_type, target }),
      campaign: (campaign, properties) => {
        const fields = asFields(campaign as string | Partial<AnalyticsEvent>, 'utm_campaign')
        // Among the properties too: a session keeps the campaign that it began with.
        emit('campaign', { ...properties, ...fields }, fields)
      },
      productView: (product, properties) => emit('product_view', { ...properties, ...product }),
      trackAICall: (call) => emitInteraction('ai_call', call),
      trackAIChat: (chat) => emitInteraction('ai_chat', chat),
      trackAIIntent: (intent) => emitInteraction('ai_intent', asFields(intent, 'intent')),
      trackAISession: ({ action = 'start', ...session }) => emitInteraction(`ai_session_${action}`, session),
      flush,
      destroy,
      optOut,
      getSessionId,
    }
    // Hostile arguments too: nothing is thrown into the page.
    for (const name in api) (this as never as Record<string, unknown>)[name] = guard(api[name as 'flush'])
  }

  get sessionId(): string {
    return (this as unknown as Api).getSessionId()
  }
} as MetroneConstructor

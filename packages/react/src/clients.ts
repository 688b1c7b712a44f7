/**
 * The Metrone clients of the page: one for each key and endpoint, however many providers there are, and however often
 * they come and go. It is here that a page is counted once. Knows no React.
 */
import { type AnalyticsConfig, type AnalyticsEvent, Metrone } from '@metrone-io/sdk'

/** What a provider asks for. */
export interface Settings {
  config: AnalyticsConfig
  followsRoutes: boolean
}

interface Shared {
  client?: Metrone | undefined
  /** How many mounted providers use it. */
  holders: number
  /** The config given last: callbacks and consent may change with every render. */
  config: AnalyticsConfig
  /** The address counted last. It outlives the client, so that a provider that comes back does not count again. */
  viewed?: string | undefined
}

/** A provider's hold on a client. */
export interface Seat {
  /** The provider was rendered with other settings. */
  update(settings: Settings): void
  /** The client, made at the first call; nothing on a server, and nothing once the provider has left. Throws as `hold` does. */
  find(): Metrone | undefined
  /**
   * The provider is there, and uses the client of this name, until the answer is called. Throws where the config that it
   * came with is malformed.
   */
  hold(name: string): () => void
}

const clients = new Map<string, Shared>()

/** What names a client. */
export const nameOf = ({ apiKey, endpoint }: AnalyticsConfig): string => `${apiKey} ${endpoint}`

/** Throws on a server where the config is malformed; in a browser, {@link Seat.hold} does. */
export function createSeat(given: Settings): Seat {
  let settings = given
  let hasLeft = false
  // There, a client listens to nothing and sends nothing: this only checks the config.
  if (typeof document === 'undefined') new Metrone(settings.config)
  const find = (): Metrone | undefined => {
    if (typeof document === 'undefined') return
    const shared = findShared(settings.config)
    if (!hasLeft) shared.client ??= open(shared, settings)
    return shared.client
  }
  return {
    find,
    update(next) {
      settings = next
      findShared(next.config).config = next.config
    },
    hold(name) {
      hasLeft = false
      try {
        find()
      } catch (error) {
        if (name === nameOf(given.config)) throw error
        console.error(error)
      }
      const shared = clients.get(name) as Shared
      shared.holders++
      return () => {
        hasLeft = true
        shared.holders--
        // Later, since StrictMode takes every component away and puts it back at once, and since the components inside
        // may have a last word when they are taken away after their provider.
        setTimeout(() => shared.holders || close(shared))
      }
    },
  }
}

function findShared(config: AnalyticsConfig): Shared {
  const name = nameOf(config)
  const known = clients.get(name)
  if (known) return known
  const shared: Shared = { holders: 0, config }
  clients.set(name, shared)
  // A page that the back/forward cache brings back is counted again, by a listener that the client adds after this one.
  const forget = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) shared.viewed = undefined
  }
  addEventListener('pageshow', forget, true)
  return shared
}

function open(shared: Shared, { config, followsRoutes }: Settings): Metrone {
  /** Whether this page is counted already. */
  const isRepeated = ({ page_url, page_path }: AnalyticsEvent): boolean => {
    const address = new URL(String(page_path ?? ''), page_url).href
    const isSame = address === shared.viewed
    shared.viewed = address
    return isSame
  }
  return new Metrone({
    ...config,
    autoTrackSPA: followsRoutes,
    cookieConsent() {
      const { cookieConsent = true } = shared.config
      return typeof cookieConsent === 'function' ? cookieConsent() : cookieConsent
    },
    beforeSend(event) {
      if (event.event_type === 'pageview' && isRepeated(event)) return null
      return shared.config.beforeSend ? shared.config.beforeSend(event) : event
    },
    onError: (error) => shared.config.onError?.(error),
  })
}

function close(shared: Shared): void {
  shared.client?.destroy()
  shared.client = undefined
}

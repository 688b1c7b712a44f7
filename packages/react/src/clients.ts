/**
 * The Metrone clients of the page: one for each key and endpoint, however many providers there are, and however often
 * they come and go. It is here that a page is counted once. Knows no React.
 */
import type { AnalyticsConfig, AnalyticsEvent, Metrone } from '@metrone-io/sdk'

/** What a provider asks for. */
export interface Settings {
  config: AnalyticsConfig
  followsRoutes: boolean
}

interface Shared {
  client: Metrone | undefined
  /** How many mounted providers use it. */
  holders: number
  /** The config given last: callbacks and consent may change with every render. */
  config: AnalyticsConfig
  /** The address counted last. It outlives the client, so that a provider that comes back does not count again. */
  viewed: string | undefined
}

/** A provider's hold on a client. */
export interface Seat {
  settings: Settings
  /** The client, made at the first call; nothing on a server, and nothing once the provider has left. */
  find(): Metrone | undefined
  /** The provider is there; the answer is called when it leaves. */
  hold(): () => void
}

const clients = new Map<string, Shared>()

/** What names a client. */
export const nameOf = ({ apiKey, endpoint }: AnalyticsConfig): string => `${apiKey} ${endpoint ?? ''}`

export function createSeat(settings: Settings): Seat {
  let hasLeft = false
  const seat: Seat = {
    settings,
    find() {
      if (typeof window === 'undefined') return
      const shared = findShared(seat.settings.config)
      if (!hasLeft) shared.client ??= open(shared, seat.settings)
      return shared.client
    },
    hold() {
      hasLeft = false
      const shared = findShared(seat.settings.config)
      shared.holders++
      seat.find()
      return () => {
        hasLeft = true
        shared.holders--
        // Later, since StrictMode takes every component away and puts it back at once, and since the components inside
        // may have a last word when they are taken away after their provider.
        setTimeout(() => shared.holders || close(shared))
      }
    },
  }
  return seat
}

function findShared(config: AnalyticsConfig): Shared {
  const name = nameOf(config)
  const shared = clients.get(name) ?? { client: undefined, holders: 0, config, viewed: undefined }
  clients.set(name, shared)
  shared.config = config
  return shared
}

/** What a client does on a page by itself. */
import type { Client } from './client.ts'
import { guard, listen, watchRoutes, whenShown } from './page.ts'

/** Runs `run` on the page's event `types` until the client has ended. */
export function listenWith<E extends Event>(client: Client, types: string, run: (event: E) => unknown): void {
  listen(types, run, { capture: true, signal: client.signal })
}

/**
 * Counts pages as they are shown, by load, route or the way back, each with `view`; and sends what waits when the page goes,
 * after `close`.
 */
export function followPage(client: Client, view: () => void, close: () => void): void {
  const { autoTrack, autoTrackSPA, hashRouting } = client.settings
  if (typeof document === 'undefined') return
  whenShown(
    guard(() => {
      if (client.signal.aborted) return
      if (autoTrack !== false) {
        view()
        listenWith(client, 'pageshow', (event: PageTransitionEvent) => event.persisted && view())
        if (autoTrackSPA || hashRouting)
          watchRoutes(guard(() => client.signal.aborted || (client.isElsewhere() && view())))
      }
      // Also what an earlier visit left.
      client.flush()
    }),
  )
  listenWith(client, 'online', client.flush)
  listenWith(client, 'pagehide visibilitychange', () => {
    close()
    client.leave()
  })
}

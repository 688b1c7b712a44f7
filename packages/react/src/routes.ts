/** Tells of changes of the page's address, for as long as somebody listens. */

const listeners = new Set<() => void>()
let isWatching = false

/** Runs `run` whenever the address may have changed without a load, until the answer is called. */
export function watchRoutes(run: () => void): () => void {
  if (!isWatching) watch()
  listeners.add(run)
  return () => void listeners.delete(run)
}

/** Once and for good: others may have wrapped the same two functions since, so there is no way back. */
function watch(): void {
  isWatching = true
  const tell = (): void => {
    for (const listener of listeners) listener()
  }
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name]
    history[name] = (...change) => {
      original.apply(history, change)
      tell()
    }
  }
  addEventListener('popstate', tell, true)
}

/** What the clients ask of the page they run in, so that the rest reads without browser lore. */

/** `run`, undefined where it throws: an analytics script may lose an event; it may not break the page. */
export function guard<Args extends unknown[], Result>(
  run: (...args: Args) => Result,
): (...args: Args) => Result | undefined {
  return (...args) => {
    try {
      return run(...args)
    } catch {}
  }
}

/** Runs `run` on each of the space-separated event `types`, before the page's own listeners can stop them. */
export function listen<E extends Event>(
  types: string,
  run: (event: E) => unknown,
  options: AddEventListenerOptions | true = true,
): void {
  for (const type of types.split(' ')) addEventListener(type, guard(run) as EventListener, options)
}

/** Runs `run` now, or when a page that the browser loaded ahead of time is really shown. */
export function whenShown(run: () => void): void {
  if ((document as { prerendering?: boolean }).prerendering) listen('prerenderingchange', run)
  else run()
}

/**
 * Runs `run` whenever the address may have changed without a load. There is no way back: others may have wrapped the
 * same two functions since, so `run` decides for itself whether it still has a say.
 */
export function watchRoutes(run: () => void): void {
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name]
    history[name] = (...change) => {
      original.apply(history, change)
      run()
    }
  }
  listen('popstate', run)
}

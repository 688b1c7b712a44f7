/** A router over the History API that does what the large ones do: a state of its own in every entry, a title after the address. */
import { useEffect, useSyncExternalStore } from 'react'

const CHANGE = 'shop-route'

export function go(path: string): void {
  history.pushState({ key: path }, '', path)
  dispatchEvent(new Event(CHANGE))
}

function subscribe(tell: () => void): () => void {
  for (const type of ['popstate', CHANGE]) addEventListener(type, tell)
  return () => {
    for (const type of ['popstate', CHANGE]) removeEventListener(type, tell)
  }
}

export function usePath(onServer: string): string {
  const path = useSyncExternalStore(
    subscribe,
    () => location.pathname,
    () => onServer,
  )
  useEffect(() => {
    history.replaceState({ ...history.state, isReady: true }, '', location.href)
    document.title = `Shop ${path}`
  }, [path])
  return path
}

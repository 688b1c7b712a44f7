/** How long and how far down the page on screen is looked at. */
import { createEngagement, type Properties } from '@metrone-io/core'
import { listen } from './page.ts'

/** Watches looks. The function that it gives ends one: its properties, false where it was not worth an event. */
export function watchLooks(options?: AddEventListenerOptions): () => Properties | false {
  const [observe, take] = createEngagement()
  const look = (event?: Event): void =>
    observe(
      !document.hidden && document.hasFocus(),
      performance.now(),
      ((scrollY + innerHeight) / document.documentElement.scrollHeight) * 100,
      event?.type === 'scroll',
    )
  listen('focus blur scroll', look, options)
  return () => {
    look()
    return take()
  }
}

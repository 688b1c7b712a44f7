/** How long and how far down the page on screen is looked at. */
import { createEngagement, type Properties } from '@metrone-io/core'
import { readDepth } from './page.ts'

type Listen = (types: string, run: () => unknown) => void

/** Watches looks by what `listen` hears. The function that it gives ends one: its properties, false where it was not worth an event. */
export function watchLooks(listen: Listen): () => Properties | false {
  const [run, scroll, take] = createEngagement()
  const tick = (): void => run(!document.hidden && document.hasFocus(), performance.now())
  listen('focus blur', tick)
  listen('scroll', () => scroll(readDepth()))
  return () => {
    tick()
    return take(readDepth())
  }
}

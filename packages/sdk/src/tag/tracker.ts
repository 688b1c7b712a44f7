/** m.js: what one script tag does on a page by itself. The pieces are in core and beside this file. */
import { countClicks } from '../clicks.ts'
import { watchLooks } from '../look.ts'
import { guard, listen, watchRoutes, whenShown } from '../page.ts'
import { installCommands } from './commands.ts'
import { auto, emit, emitPageview, flush, leave, readUrl, spa, url, view } from './emit.ts'

const endLook = watchLooks()

/** Ends the look at the page on screen. */
const closePage = (): void => {
  const properties = endLook()
  if (properties && view) emit('engagement', properties)
}

/** Begins the look at the page that the address names. */
const viewPage = (): void => {
  closePage()
  emitPageview()
}

const close = (): void => {
  closePage()
  leave()
}

const start = (): void => {
  if (auto !== 'false') {
    viewPage()
    flush()
    listen('pageshow', (event: PageTransitionEvent) => event.persisted && viewPage())
    listen('click auxclick', countClicks(emit))
    if (spa !== 'false') watchRoutes(guard(() => readUrl() !== url && viewPage()))
  }
  // Also as the page comes back, when it has nothing to report and resumes the clock.
  listen('pagehide visibilitychange', close)
}

guard(() => {
  // A second tag on the page, perhaps from a tag manager, counts nothing twice.
  if ((window.metrone as { flush?: unknown } | undefined)?.flush) return
  whenShown(start)
  installCommands({
    track: emit,
    pageview: viewPage,
    conversion: (conversion_type, value, properties) =>
      emit('conversion', { ...properties, conversion_type, value }),
    flush,
  })
})()

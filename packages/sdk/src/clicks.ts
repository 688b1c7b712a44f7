/** From a click on the page to the event it is worth. Listens to nothing by itself. */
import { classifyLink, type Properties } from '@metrone-io/core'

/** Takes a click's event. */
export type EmitClick = (type: 'click', properties: Properties, more: { event_name: string }) => unknown

/**
 * Gives `emit` the click's event, if the click is worth one. A tracked element wins over a link, so that one click is one event.
 * The composed path also sees into open shadow roots.
 */
export const countClicks =
  (emit: EmitClick) =>
  (event: MouseEvent): void => {
    const find = (selector: string) =>
      (event.composedPath() as HTMLAnchorElement[]).find((node) => node.matches?.(selector))
    const tracked = find('[data-track]')
    const link = find('[href]')
    const element = tracked ?? link
    // `click` is the main button or the keyboard, `auxclick` also the right button, which opens nothing.
    if (!element || event.button > 1) return
    const event_name = tracked
      ? tracked.dataset.track
      : link && classifyLink(link, location.host, link.hasAttribute('download'))
    const properties: Properties = {
      // A link may hold a whole file as a data: address; one in a drawing (SVG) has no string for its address.
      url: link?.href.slice?.(0, 2e3),
      // What the visitor read, without hidden parts and blanks; cut between characters, never within one.
      // biome-ignore lint/performance/useDomNodeTextContent: textContent holds the hidden parts too
      text: element.innerText?.trim().match(/.{0,120}/su)?.[0],
      click_type: tracked ? 'tracked' : event_name,
    }
    // data-track-plan="pro" becomes plan: "pro".
    for (const { name, value } of element.attributes) {
      const [, property] = name.split('data-track-')
      if (property) properties[property] = value
    }
    if (event_name) emit('click', properties, { event_name })
  }

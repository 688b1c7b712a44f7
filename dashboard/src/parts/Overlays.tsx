/** Where menus and tooltips are drawn: inside the main landmark, so that a screen reader's landmarks hold them too. */
const ID = 'overlays'

export function Overlays() {
  return <div id={ID} />
}

/** The place, or the body where the page has none. */
export function overlayPlace(): HTMLElement {
  return document.getElementById(ID) ?? document.body
}

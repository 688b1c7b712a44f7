/** Which links are worth a `click` event, and under which name. Pure. */

export type ClickType = 'phone' | 'email' | 'download' | 'outbound'

/** The parts of an address, as `URL` and link elements have them. */
export interface Address {
  protocol: string
  host: string
  pathname: string
}

const FILES = /\.(pdf|zip|gz|dmg|exe|(doc|xls|ppt)x?|csv|mp[34])$/i

const OTHER_APPS: Record<string, ClickType> = { 'tel:': 'phone', 'mailto:': 'email' }

/**
 * The kind of a click on `link`, or nothing where it only leads on within `host`. A file on another host is a download.
 * `isFile` says that the link has a `download` attribute.
 */
export function classifyLink(link: Address, host: string, isFile: boolean): ClickType | false | undefined {
  // data: and blob: addresses name nothing outside the page, and may be megabytes long.
  return !/^http/.test(link.protocol)
    ? OTHER_APPS[link.protocol]
    : isFile || FILES.test(link.pathname)
      ? 'download'
      : link.host !== host && 'outbound'
}

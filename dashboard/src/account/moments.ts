/** Moments as the reader's language writes them. */
const FORMAT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

export function sayMoment(iso: string): string {
  return FORMAT.format(new Date(iso))
}

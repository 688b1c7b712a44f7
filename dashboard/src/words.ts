/** How the values of dimensions are shown: country names, vocabulary in plain words. What a visitor sent stays as it came. */
const VOCABULARY = new Set(['traffic_source', 'channel', 'device', 'event_type', 'source'])
const ACRONYMS: Record<string, string> = { ai: 'AI', sms: 'SMS', tv: 'TV' }
const NAMES: Record<string, string> = {
  page: 'Page',
  entry_page: 'Entry page',
  exit_page: 'Exit page',
  traffic_source: 'Source',
  utm_source: 'UTM source',
  utm_campaign: 'Campaign',
  os: 'Operating system',
  event_name: 'Event',
}
// Longer texts cost layout time and nobody reads them; the title attribute has as much.
const LONGEST = 300

/** The text of a row. */
export function sayValue(dimension: string, value: string | null, locale?: string): string {
  if (value === null || value === '') return 'Unknown'
  if (dimension === 'country') return sayCountry(value, locale)
  if (VOCABULARY.has(dimension)) return sayWord(value)
  return value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value
}

/** The name of a dimension, as a filter's chip shows it. */
export function sayDimension(dimension: string): string {
  return NAMES[dimension] ?? sayWord(dimension)
}

function sayCountry(code: string, locale?: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return sayWord(code)
  return new Intl.DisplayNames(locale ? [locale] : [], { type: 'region', fallback: 'code' }).of(code) ?? code
}

function sayWord(word: string): string {
  const words = word.slice(0, LONGEST).split('_').filter(Boolean)
  const [first = '', ...rest] = words.map((part) => ACRONYMS[part.toLowerCase()] ?? part)
  return [first.charAt(0).toUpperCase() + first.slice(1), ...rest].join(' ')
}

/** How the values of dimensions are shown: country names, vocabulary in plain words. What a visitor sent stays as it came. */
import { DIMENSION_TITLES, PROPERTY } from './dimensions.ts'
import type { Filter } from './filters.ts'

const VOCABULARY = new Set([
  'traffic_source',
  'channel',
  'device',
  'event_type',
  'source',
  'visitor_type',
  'outcome',
  'sentiment',
  'interaction',
  'intent',
  'intent_origin',
  'direction',
  'resolution',
])
const ACRONYMS: Record<string, string> = { ai: 'AI', api: 'API', sms: 'SMS', tv: 'TV' }
// Longer texts cost layout time and nobody reads them; the title attribute has as much.
const LONGEST = 300
// The server's bound on the values of one filter.
const MOST_VALUES = 100

/** The text of a row. */
export function sayValue(dimension: string, value: string | null, locale?: string): string {
  if (value === null || value === '') return 'Unknown'
  if (dimension === 'country') return sayCountry(value, locale)
  if (VOCABULARY.has(dimension)) return sayWord(value)
  return value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value
}

/** The name of a dimension, as a filter's chip shows it. */
export function sayDimension(dimension: string): string {
  if (dimension.startsWith(PROPERTY)) return dimension.slice(PROPERTY.length, PROPERTY.length + LONGEST)
  return DIMENSION_TITLES.get(dimension) ?? sayWord(dimension)
}

/** The filter that finds values by what is shown of them: `germ` finds the country DE, `organic se` organic_search. */
export function searchFilter(dimension: string, text: string, locale?: string): Filter[] {
  const wanted = text.trim().toLowerCase()
  if (!wanted) return []
  if (dimension === 'country') {
    const codes = countryCodes().filter((code) => sayCountry(code, locale).toLowerCase().includes(wanted))
    return [['is', dimension, codes.length > 0 ? codes.slice(0, MOST_VALUES) : [wanted]]]
  }
  return [['contains', dimension, [VOCABULARY.has(dimension) ? wanted.replaceAll(' ', '_') : text.trim()]]]
}

function countryCodes(): string[] {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
  return letters
    .flatMap((first) => letters.map((second) => first + second))
    .filter((code) => sayCountry(code) !== code)
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

/** How numbers are written for the reader, and how two of them compare. Pure; the locale is the browser's unless given. */
/** `money:` is followed by the code of the currency. */
export type Unit = 'count' | 'percent' | 'seconds' | 'milliseconds' | `money:${string}`

const LEAST_COMPACT = 10_000
const COMPACT = { notation: 'compact', maximumFractionDigits: 1 } as const
// From here on cents say nothing, and take the room that a narrow number has.
const LEAST_WHOLE = 1_000

/** Short form: 12,3 K from ten thousand on, `54 %`, `2m 05s`; an absent number is a dash. */
export function formatShort(value: number | null | undefined, unit: Unit, locale?: string): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  if (unit === 'count' && Math.abs(value) >= LEAST_COMPACT)
    return new Intl.NumberFormat(locale, COMPACT).format(value)
  if (unit === 'percent') return formatPercent(value, value < 10 ? 1 : 0, locale)
  if (isMoney(unit)) return formatMoney(value, unit, shortSizeOf(value), locale)
  return formatExact(value, unit, locale)
}

/** Every digit that the server gave. */
export function formatExact(value: number | null | undefined, unit: Unit, locale?: string): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  if (unit === 'percent') return formatPercent(value, 2, locale)
  if (unit === 'seconds') return formatDuration(value)
  if (unit === 'milliseconds') return formatMilliseconds(value, locale)
  if (isMoney(unit)) return formatMoney(value, unit, digitsOf(value), locale)
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(value)
}

/** Seconds as `45s`, `2m 05s`, `1h 02m`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const pad = (n: number) => String(n).padStart(2, '0')
  if (whole < 60) return `${whole}s`
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${pad(whole % 60)}s`
  return `${Math.floor(whole / 3600)}h ${pad(Math.floor((whole % 3600) / 60))}m`
}

function formatMilliseconds(value: number, locale?: string): string {
  const [amount, unit] = value < 10_000 ? [Math.round(value), 'millisecond'] : [value / 1_000, 'second']
  return new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits: 1 }).format(amount)
}

/** The relative change in percent, or null where there is nothing to compare with (no value before, or zero). */
export function changeOf(now: number | null | undefined, before: number | null | undefined): number | null {
  if (now === null || now === undefined || before === null || before === undefined) return null
  if (!Number.isFinite(now) || !Number.isFinite(before)) return null
  if (before === 0) return now === 0 ? 0 : null
  return ((now - before) / before) * 100
}

/** A change without its sign (the arrow beside it carries that): `12%`, `0.4%`, `1.7M%`. */
export function formatChange(change: number, locale?: string): string {
  const size = Math.abs(change)
  if (size >= LEAST_COMPACT)
    return new Intl.NumberFormat(locale, { style: 'percent', ...COMPACT }).format(size / 100)
  return formatPercent(size, size > 0 && size < 1 ? 1 : 0, locale)
}

/** `value` is on the scale 0–100, as the server gives rates. */
function formatPercent(value: number, digits: number, locale?: string): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: digits }).format(
    value / 100,
  )
}

export function isMoney(unit: Unit): boolean {
  return unit.startsWith('money:')
}

/** Whole amounts without cents; of what is less than ten cents, as a chat may cost, two digits that say something. */
function digitsOf(value: number): Intl.NumberFormatOptions {
  if (Number.isInteger(value)) return { minimumFractionDigits: 0 }
  return Math.abs(value) < 0.1 ? { maximumSignificantDigits: 2 } : {}
}

function shortSizeOf(value: number): Intl.NumberFormatOptions {
  if (Math.abs(value) >= LEAST_COMPACT) return COMPACT
  return Math.abs(value) >= LEAST_WHOLE ? { maximumFractionDigits: 0 } : digitsOf(value)
}

/** An amount. What is no currency to the browser stands behind the number as it came. */
function formatMoney(value: number, unit: Unit, size: Intl.NumberFormatOptions, locale?: string): string {
  const currency = unit.slice('money:'.length)
  try {
    return new Intl.NumberFormat(locale, { style: 'currency', currency, ...size }).format(value)
  } catch {
    return `${new Intl.NumberFormat(locale, size).format(value)} ${currency}`.trim()
  }
}

/** Filters as the REST reads take them, and how they stand in the URL. Pure. */
export const OPERATORS = ['is', 'is_not', 'contains', 'contains_not', 'matches'] as const
export type Operator = (typeof OPERATORS)[number]
export type Filter = [operator: Operator, dimension: string, values: string[]]

const SENTENCE: Record<Operator, string> = {
  is: 'is',
  is_not: 'is not',
  contains: 'contains',
  contains_not: 'does not contain',
  matches: 'matches',
}

/** `is,page,/a,/b`: commas and percent signs inside a value are escaped once more than the URL does. */
export function formatFilter([operator, dimension, values]: Filter): string {
  return [operator, dimension, ...values].map(escapeValue).join(',')
}

/** The filter that `formatFilter` wrote, or null for anything else. */
export function parseFilter(text: string): Filter | null {
  const parts = text.split(',').map(unescapeValue)
  const [operator, dimension, ...values] = parts
  if (!OPERATORS.includes(operator as Operator) || !dimension || values.length === 0) return null
  return [operator as Operator, dimension, values]
}

/** Adds a value: one more click on the same dimension replaces `is`, and widens `is_not`. */
export function addFilter(
  filters: readonly Filter[],
  operator: 'is' | 'is_not',
  dimension: string,
  value: string,
) {
  const same = filters.find((filter) => filter[0] === operator && filter[1] === dimension)
  const others = filters.filter((filter) => filter !== same)
  const values =
    operator === 'is_not' && same ? [...same[2].filter((kept) => kept !== value), value] : [value]
  return [...others, [operator, dimension, values] satisfies Filter] as Filter[]
}

/** The words between a dimension and its values. */
export function sayOperator(operator: Operator): string {
  return SENTENCE[operator]
}

function escapeValue(value: string): string {
  return value.replace(/%/g, '%25').replace(/,/g, '%2C')
}

function unescapeValue(text: string): string {
  return text.replace(/%2C/g, ',').replace(/%25/g, '%')
}

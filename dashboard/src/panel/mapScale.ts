/** How strongly a country is coloured, and which numbers are written on the map. Pure. */

/** From few to many; 0 is none. */
export const STEPS = [1, 2, 3, 4, 5] as const
const MOST_LABELS = 6
/** Nearer numbers would stand on each other, in units of the map. */
const ROOM = [76, 30] as const

/** By the square root, since a few countries have most of everything. */
export function stepOf(value: number, most: number): number {
  if (value <= 0 || most <= 0) return 0
  return Math.max(1, Math.ceil(Math.sqrt(value / most) * STEPS.length))
}

type Placed = readonly [code: string, path: string, x: number, y: number]

/** The countries with the largest numbers that have room for them. */
export function labelsOf<T extends Placed>(shapes: readonly T[], numbers: ReadonlyMap<string, number>): T[] {
  const found: T[] = []
  const ranked = [...numbers].filter(([, value]) => value > 0).sort((one, other) => other[1] - one[1])
  for (const [wanted] of ranked.slice(0, MOST_LABELS * 2)) {
    const shape = shapes.find(([code]) => code === wanted)
    const isFree = ([, , x, y]: T) =>
      found.every((other) => Math.abs(other[2] - x) > ROOM[0] || Math.abs(other[3] - y) > ROOM[1])
    if (shape && isFree(shape) && found.length < MOST_LABELS) found.push(shape)
  }
  return found
}

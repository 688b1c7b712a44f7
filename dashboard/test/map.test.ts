import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { makeWorld } from '../scripts/world.ts'
import { labelsOf, stepOf } from '../src/panel/mapScale.ts'

const MOST_BYTES = 45 * 1024
const world = makeWorld()
const byCode = new Map(world.shapes.map((shape) => [shape[0], shape]))

test('the map is small and has every country once', () => {
  expect(gzipSync(JSON.stringify(world)).length).toBeLessThan(MOST_BYTES)
  const codes = world.shapes.map(([code]) => code).filter(Boolean)
  expect(new Set(codes).size).toBe(codes.length)
  expect(codes.length).toBeGreaterThan(225)
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
  expect(codes.filter((code) => !names.of(code))).toEqual([])
})

// East and north of each other, as everybody knows them.
test.each([
  ['US', 'GB'],
  ['GB', 'DE'],
  ['DE', 'PL'],
  ['PL', 'RU'],
  ['BR', 'ZA'],
  ['IN', 'JP'],
])('%s lies west of %s', (west, east) => {
  expect(byCode.get(west)?.[2]).toBeLessThan(byCode.get(east)?.[2] as number)
})

test('nothing leaves the map, and nothing crosses all of it', () => {
  for (const [code, path, x, y] of world.shapes) {
    expect(x >= 0 && x <= world.width && y >= 0 && y <= world.height, code).toBe(true)
    for (const [, step] of path.matchAll(/(?<=[l ])(-?\d+)[ -]/g))
      expect(Math.abs(Number(step)), code).toBeLessThan(400)
  }
})

test('a country has one of five strengths, by the square root of its share', () => {
  expect([0, 1, 10, 40, 41, 1000].map((value) => stepOf(value, 1000))).toEqual([0, 1, 1, 1, 2, 5])
  expect(stepOf(5, 0)).toBe(0)
})

test('the largest numbers are written where there is room', () => {
  const numbers = new Map([
    ['DE', 9],
    ['NL', 8],
    ['US', 7],
    ['ZZ', 6],
    ['JP', 0],
    ['AU', 1],
  ] as const)
  expect(labelsOf(world.shapes, numbers).map(([code]) => code)).toEqual(['DE', 'US', 'AU'])
})

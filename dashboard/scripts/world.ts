/**
 * The world map as a module, made when the app is built: `virtual:world`. Countries are those of Natural Earth (public domain,
 * https://www.naturalearthdata.com), taken from the npm package world-atlas (ISC, © Michael Bostock), 1:50 million, in the
 * projection Equal Earth, whose areas are true (Šavrič, Patterson, Jenny 2018, doi:10.1080/13658816.2018.1504949).
 */
import { createRequire } from 'node:module'
import { feature } from 'topojson-client'
import type { Plugin } from 'vite'
import { CODES } from './countryCodes.ts'

const WIDTH = 1000
const NORTH = 84
const SOUTH = -57
/** Rings smaller than this many square pixels are left out, but for the largest of a country. */
const LEAST_AREA = 2

type Point = [x: number, y: number]
type Ring = Point[]
interface Country {
  id?: string | number
  properties: { name: string }
  geometry: { type: 'Polygon'; coordinates: Ring[] } | { type: 'MultiPolygon'; coordinates: Ring[][] } | null
}
/** `code` is '' where ISO 3166 has none; x and y are the middle of its largest part. */
export type Shape = [code: string, path: string, x: number, y: number]

/** Longitude and latitude in degrees to Equal Earth, whose equator is 5.41 wide. */
function project([lon, lat]: Point): Point {
  const [a, b, c, d] = [1.340264, -0.081106, 0.000893, 0.003796]
  const m = Math.sqrt(3) / 2
  const l = Math.asin(m * Math.sin((lat * Math.PI) / 180))
  const l2 = l * l
  const l6 = l2 ** 3
  const x = (((lon * Math.PI) / 180) * Math.cos(l)) / (m * (a + 3 * b * l2 + l6 * (7 * c + 9 * d * l2)))
  return [x, l * (a + b * l2 + l6 * (c + d * l2))]
}

const SCALE = WIDTH / 2 / project([180, 0])[0]
const TOP = project([0, NORTH])[1] * SCALE
const HEIGHT = Math.round(TOP - project([0, SOUTH])[1] * SCALE)

function place(ring: Ring): Ring {
  const points: Ring = []
  for (const point of ring) {
    const [x, y] = project(point)
    const next: Point = [Math.round(WIDTH / 2 + x * SCALE), Math.round(TOP - y * SCALE)]
    const last = points.at(-1)
    if (!last || last[0] !== next[0] || last[1] !== next[1]) points.push(next)
  }
  return points
}

/** A ring that crosses the date line, as one ring on each side of it. */
function cut(ring: Ring): Ring[] {
  let turn = 0
  const unrolled = ring.map(([lon, lat], at): Point => {
    const before = ring[at - 1]?.[0] ?? lon
    if (lon - before > 180) turn -= 360
    if (before - lon > 180) turn += 360
    return [lon + turn, lat]
  })
  return [-360, 0, 360]
    .map((shift) => unrolled.map(([lon, lat]): Point => [lon + shift, lat]))
    .map((moved) => clip(clip(moved, 1), -1))
    .filter(({ length }) => length > 0)
}

/** What lies on one side of ±180°: `side` 1 keeps what is west of 180°, -1 what is east of -180°. */
function clip(ring: Ring, side: 1 | -1): Ring {
  const isIn = ([lon]: Point) => lon * side <= 180
  const kept = ring.flatMap((point, at) => {
    const before = ring.at(at - 1) as Point
    if (isIn(point) === isIn(before)) return isIn(point) ? [point] : []
    const share = (180 * side - before[0]) / (point[0] - before[0])
    const edge: Point = [180 * side, before[1] + share * (point[1] - before[1])]
    return isIn(point) ? [edge, point] : [edge]
  })
  return kept.length > 0 ? [...kept, kept[0] as Point] : []
}

function areaOf(ring: Ring): number {
  const twice = ring.reduce((sum, [x, y], at) => {
    const [nextX, nextY] = ring[(at + 1) % ring.length] as Point
    return sum + x * nextY - nextX * y
  }, 0)
  return Math.abs(twice) / 2
}

/** A path of steps, which compress better than places. */
function draw(ring: Ring): string {
  const steps = ring.slice(1, -1).map(([x, y], at) => {
    const [lastX, lastY] = ring[at] as Point
    return `${x - lastX} ${y - lastY}`
  })
  return `M${ring[0]?.join(' ')}l${steps.join(' ').replaceAll(' -', '-')}z`
}

/** A country too small for a shape is a dot. */
function dot([x, y]: Point): string {
  return `M${x - 1} ${y - 1}h2v2h-2z`
}

function shapeOf({ id, geometry, properties }: Country): Shape | null {
  const code = properties.name === 'Kosovo' ? 'XK' : (CODES[String(id)] ?? '')
  if (!geometry || code === 'AQ') return null
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  const rings = polygons.flatMap(([ring]) => cut(ring as Ring))
  const outer = rings.map(place).sort((one, other) => areaOf(other) - areaOf(one))
  const largest = outer[0] as Ring
  const kept = outer.filter((ring) => ring.length > 3 && areaOf(ring) >= LEAST_AREA)
  const xs = largest.map(([x]) => x)
  const ys = largest.map(([, y]) => y)
  const middle = (values: number[]) => Math.round((Math.min(...values) + Math.max(...values)) / 2)
  const center: Point = [middle(xs), middle(ys)]
  if (center[1] > HEIGHT) return null
  return [code, kept.length > 0 ? kept.map(draw).join('') : dot(center), ...center]
}

/** All countries, and how large the map is. */
export function makeWorld(): { width: number; height: number; shapes: Shape[] } {
  const atlas = createRequire(import.meta.url)('world-atlas/countries-50m.json')
  const { features } = feature(atlas, atlas.objects.countries) as { features: Country[] }
  const found = features.map(shapeOf).filter((shape) => shape !== null)
  // An outlying territory may carry its country's number: the largest stands for it.
  found.sort((one, other) => other[1].length - one[1].length)
  const shapes = found.filter(([code], at) => !code || found.findIndex((other) => other[0] === code) === at)
  return { width: WIDTH, height: HEIGHT, shapes }
}

const NAME = 'virtual:world'

export function worldMap(): Plugin {
  return {
    name: 'world-map',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load: (id) => (id === `\0${NAME}` ? `export default ${JSON.stringify(makeWorld())}` : null),
  }
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { BOARDS } from '../src/boards.ts'
import { DIMENSION_TITLES } from '../src/dimensions.ts'
import { OPERATORS } from '../src/filters.ts'
import { PANELS } from '../src/panels.ts'

const reports = join(import.meta.dirname, '../../src/metrone/reports')
const read = (name: string) => readFileSync(join(reports, name), 'utf8')
const namesIn = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, name]) => name as string)
const dimensions = namesIn(read('dimensions.py'), /^ {4}"(\w+)": Dimension\(/gm)
const metrics = namesIn(read('metrics.py'), /^ {4}"(\w+)": (?:_plain|_ratio|_mean|_level|Metric)\(/gm)

test('the editor offers dimensions that the server has', () => {
  expect(dimensions.length).toBeGreaterThan(20)
  expect([...DIMENSION_TITLES.keys()].filter((name) => !dimensions.includes(name))).toEqual([])
})

test('the editor has the operators of the server', () => {
  const operators = /^Operator = Literal\[(.*)\]$/m
    .exec(read('filters.py'))?.[1]
    ?.replaceAll('"', '')
    .split(', ')
  expect(operators).toEqual([...OPERATORS])
})

test('the pages of calls and chats ask for metrics and show platforms that the server has', () => {
  const platforms = namesIn(
    readFileSync(join(reports, '../webhooks/registry.py'), 'utf8'),
    /^ {4}(\w+)\.ADAPTER,$/gm,
  )
  for (const board of BOARDS) {
    expect(metrics).toEqual(expect.arrayContaining(board.metrics.map(({ name }) => name)))
    expect(platforms).toEqual(expect.arrayContaining([...board.platforms]))
  }
})

test('panels ask for dimensions and metrics that the server has', () => {
  expect(metrics.length).toBeGreaterThan(10)
  for (const { tabs } of [...PANELS, ...BOARDS.flatMap((board) => board.panels)])
    for (const { dimension, columns, more } of tabs) {
      if (dimension !== 'props:') expect(dimensions).toContain(dimension)
      for (const { metric } of [...columns, ...more]) expect(metrics).toContain(metric)
    }
})

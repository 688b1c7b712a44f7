/** The SDK where there is no page: rendering on a server, or a test without a browser. */
import { expect, test } from 'vitest'
import Metrone, { Metrone as Named } from '../src/index.ts'

const KEY = `metrone_live_${'0'.repeat(32)}`

test.each([
  [undefined],
  [null],
  [''],
  ['metrone_live_123'],
  [{}],
  [{ apiKey: 'nonsense' }],
  [{ apiKey: null }],
  [7],
  [`${KEY}\n`],
])('%j is refused as a key, in one sentence', (options) => {
  expect(() => new Metrone(options as never)).toThrow(/^Metrone: apiKey missing or malformed$/)
})

test('every key that is issued is taken, alone or in a config', () => {
  for (const key of [KEY, KEY.replace('live', 'test'), KEY.replace('metrone', 'mk')]) {
    expect(new Metrone(key)).toBeInstanceOf(Named)
    expect(new Named({ apiKey: key }).sessionId).toBe('')
  }
})

test('without a page nothing is counted and nothing throws', async () => {
  const metrone = new Metrone({ apiKey: KEY, autoTrackSPA: true })
  metrone.pageview('/pricing')
  metrone.track('signup')
  metrone.conversion('purchase', 1)
  metrone.optOut()
  metrone.destroy()
  expect(await metrone.flush()).toEqual({ sent: 0, failed: 0, waiting: 0 })
})

test('arguments of any kind throw nothing', () => {
  const metrone = new Metrone(KEY) as unknown as Record<string, (...args: unknown[]) => unknown>
  for (const name of Object.keys(metrone))
    for (const argument of [undefined, null, 7, 'x', [], {}, Symbol('s'), () => {}, 10n])
      expect(() => metrone[name]?.(argument, argument, argument)).not.toThrow()
})

import { expect, test } from 'vitest'
import type { Interaction } from '../src/api/interactions.ts'
import { sumByHour } from '../src/interactions/Hours.tsx'
import { marksOf } from '../src/interactions/said.ts'
import { formatExact, formatShort } from '../src/numbers.ts'

const CALL = {
  intent: 'scheduling',
  intent_confidence: 0.93,
  verified: true,
  handoff: null,
  voicemail: null,
  linked_to: null,
  is_test: false,
} as Interaction

test.each<[Partial<Interaction>, string[]]>([
  [{}, []],
  [{ verified: null }, []],
  [{ verified: false }, ['Not verified']],
  [{ intent_confidence: 0.49 }, ['Unsure 49%']],
  [{ intent_confidence: 0.5 }, []],
  [{ intent: null, intent_confidence: 0.1 }, []],
  [{ handoff: true, voicemail: false }, ['Hand-over']],
  [{ voicemail: true, is_test: true }, ['Voicemail', 'Test']],
  [{ linked_to: 'int_0000000000000001' }, ["Carrier's half"]],
])('%o is marked %o', (differs, texts) => {
  expect(marksOf({ ...CALL, ...differs }).map(({ text }) => text)).toEqual(texts)
})

test('hours are those of the wall, and the hour that clocks give twice counts twice', () => {
  const point = (start: string, ai_interactions: number) => ({ start, ai_interactions })
  const sums = sumByHour([
    point('2026-10-25T02:00:00+02:00', 1),
    point('2026-10-25T02:00:00+01:00', 2),
    point('2026-10-26T23:00:00+01:00', 4),
    point('what', 8),
  ])
  expect([sums[2], sums[23]]).toEqual([3, 4])
  expect(sums.reduce((all, sum) => all + sum, 0)).toBe(7)
})

test('milliseconds and small amounts keep what matters', () => {
  expect(formatShort(812.4, 'milliseconds', 'en-US')).toBe('812 ms')
  expect(formatExact(12_340, 'milliseconds', 'en-US')).toBe('12.3 sec')
  expect(formatExact(0.00362, 'money:USD', 'en-US')).toBe('$0.0036')
  expect(formatExact(0.168426, 'money:USD', 'en-US')).toBe('$0.17')
})

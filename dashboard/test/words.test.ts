import { expect, test } from 'vitest'
import { sayDimension, sayValue } from '../src/words.ts'

test.each([
  ['country', 'DE', 'Germany'],
  ['country', 'ZZ', 'Unknown Region'],
  ['country', 'not-a-code', 'Not-a-code'],
  ['channel', 'ai_assistants', 'AI assistants'],
  ['traffic_source', 'direct', 'Direct'],
  ['page', '/pricing_page', '/pricing_page'],
  ['page', '<b>x</b>', '<b>x</b>'],
  ['referrer', null, 'Unknown'],
  ['utm_campaign', '', 'Unknown'],
  ['channel', '__proto__', 'Proto'],
])('%s %s is shown as %s', (dimension, value, text) => {
  expect(sayValue(dimension, value, 'en')).toBe(text)
})

test('a very long name is cut', () => {
  expect(sayValue('page', 'x'.repeat(10_000)).length).toBe(301)
})

test('dimensions have names', () => {
  expect(sayDimension('utm_campaign')).toBe('Campaign')
  expect(sayDimension('device')).toBe('Device')
})

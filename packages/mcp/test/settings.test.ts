import { expect, test } from 'vitest'
import { readSettings } from '../src/settings.ts'

const KEY = `metrone_live_${'a'.repeat(32)}`

test.each([
  [undefined, 'https://api.metrone.io/mcp'],
  ['', 'https://api.metrone.io/mcp'],
  ['https://data.example.com', 'https://data.example.com/mcp'],
  ['https://data.example.com/', 'https://data.example.com/mcp'],
  ['https://data.example.com/mcp', 'https://data.example.com/mcp'],
  ['https://example.com/stats/', 'https://example.com/stats/mcp'],
  ['http://127.0.0.1:8000', 'http://127.0.0.1:8000/mcp'],
])('METRONE_ENDPOINT %j leads to %s', (endpoint, address) => {
  expect(readSettings({ METRONE_API_KEY: KEY, METRONE_ENDPOINT: endpoint }).url.href).toBe(address)
})

test.each([KEY, ` ${KEY}\n`, `metrone_test_${'0'.repeat(32)}`, `mk_live_${'f'.repeat(32)}`])(
  '%j is a key',
  (key) => {
    expect(readSettings({ METRONE_API_KEY: key }).key).toBe(key.trim())
  },
)

test.each([
  [undefined, 'METRONE_API_KEY is not set; '],
  ['metrone_live_YOUR_API_KEY', 'METRONE_API_KEY is not an API key; '],
  [KEY.toUpperCase(), 'METRONE_API_KEY is not an API key; '],
])('the key %j is refused', (key, sentence) => {
  expect(() => readSettings({ METRONE_API_KEY: key })).toThrow(sentence)
})

test.each(['data.example.com', 'ftp://data.example.com', 'file:///etc/passwd', 'javascript:alert(1)'])(
  'the endpoint %s is refused',
  (endpoint) => {
    const settings = { METRONE_API_KEY: KEY, METRONE_ENDPOINT: endpoint }
    expect(() => readSettings(settings)).toThrow('METRONE_ENDPOINT is not the address of a server')
  },
)

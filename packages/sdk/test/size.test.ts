/** How large what visitors download is, and that m.js is what the server serves. CI fails above. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const here = new URL('..', import.meta.url)
const read = (name: string): Buffer => readFileSync(new URL(name, here))

test.each([
  ['m.js', 2048],
  ['pageviews.js', 2048],
  ['index.js', 3072],
])('%s stays within %s bytes, gzipped', (name, limit) => {
  expect(gzipSync(read(`dist/${name}`), { level: 9 }).length).toBeLessThanOrEqual(limit)
})

test('m.json describes the m.js beside it', () => {
  const code = read('dist/m.js')
  expect(JSON.parse(read('dist/m.json').toString())).toEqual({
    version: JSON.parse(read('package.json').toString()).version,
    bytes: code.length,
    gzip_bytes: gzipSync(code, { level: 9 }).length,
    hash: createHash('sha256').update(code).digest('hex').slice(0, 16),
  })
})

test('what the server serves is what was built', () => {
  for (const name of ['m.js', 'm.json'])
    expect(read(`../../src/metrone/web/static/${name}`)).toEqual(read(`dist/${name}`))
})

test.each([
  ['m.js', /\beval\b|new Function|innerHTML|document\.write|setItem|\bcookie\b/],
  ['index.js', /\beval\b|new Function|innerHTML|document\.write|\bcookie\b/],
  // Pageviews alone write nothing into the browser.
  ['pageviews.js', /\beval\b|new Function|innerHTML|document\.write|\bcookie\b|metrone_queue/],
])('%s runs under a strict content security policy, and sets no cookie', (name, forbidden) => {
  expect(read(`dist/${name}`).toString()).not.toMatch(forbidden)
})

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'

/** What the documentation promises: "~2 KB". */
const MAX_GZIP_BYTES = 2048

const here = new URL('..', import.meta.url)
const read = (name: string): Buffer => readFileSync(new URL(name, here))

beforeAll(() => {
  execFileSync(process.execPath, ['build.mjs'], { cwd: here })
})

test('m.js stays within its two kilobytes', () => {
  expect(gzipSync(read('dist/m.js'), { level: 9 }).length).toBeLessThanOrEqual(MAX_GZIP_BYTES)
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

test('m.js runs under a strict content security policy and in old page modes', () => {
  const code = read('dist/m.js').toString()
  expect(code).not.toMatch(/\beval\b|new Function|innerHTML|document\.write|setItem|\bcookie\b/)
})

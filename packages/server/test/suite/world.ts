/** What the cases of the suite stand on, in any runtime: checks, waiting for a condition, and the stage's answers. */
import { type MetroneError, MetroneServer, type MetroneServerConfig } from '../../src/index.ts'

export interface World {
  /** Where the server is, and the keys of the case's own project. */
  endpoint: string
  full: string
  write: string
  /** Asks the stage for something: `kill`, `start`, `drained`, `flaky` with a plan. */
  ask<T = unknown>(what: string, given?: unknown): Promise<T>
  /** A client of this project; it may read. */
  open(config?: Partial<MetroneServerConfig>): MetroneServer
}

export type Case = (world: World) => Promise<void>

export async function enter(stage: string): Promise<World> {
  const ask = async <T>(what: string, given?: unknown): Promise<T> => {
    const answer = await fetch(`${stage}/${what}`, { method: 'POST', body: JSON.stringify(given ?? null) })
    if (!answer.ok) throw new Error(`${what}: ${await answer.text()}`)
    return (await answer.json()) as T
  }
  const project = await ask<{ endpoint: string; full: string; write: string }>('project')
  const open = (config: Partial<MetroneServerConfig> = {}): MetroneServer =>
    new MetroneServer({ apiKey: project.full, endpoint: project.endpoint, ...config })
  return { ...project, ask, open }
}

/** Fails unless both are the same JSON. */
export function same(actual: unknown, expected: unknown, what = 'value'): void {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (left !== right) throw new Error(`${what}: expected ${right}, got ${left}`)
}

export function holds(condition: unknown, what: string): void {
  if (!condition) throw new Error(`It does not hold that ${what}.`)
}

export async function until(
  check: () => boolean | Promise<boolean>,
  what: string,
  ms = 20_000,
): Promise<void> {
  const end = Date.now() + ms
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`Waited ${ms} ms for ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** The error that `work` rejects with. */
export async function failure(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
  } catch (error) {
    return error
  }
  throw new Error('It should have failed.')
}

/** Flushes until nothing waits, however often that fails. */
export async function flushAll(metrone: MetroneServer): Promise<{ sent: number; duplicates: number }> {
  const total = { sent: 0, duplicates: 0 }
  for (let attempt = 0; attempt < 20; attempt++) {
    const result = await metrone.flush().catch((error) => (error as MetroneError).result)
    total.sent += result?.sent ?? 0
    total.duplicates += result?.duplicates ?? 0
    if (result?.waiting === 0) return total
  }
  throw new Error(`${metrone.waiting} events still wait.`)
}

/** How often each name is in the store, read back once all is there. */
export async function countNames(world: World): Promise<Record<string, number>> {
  await world.ask('drained')
  const { data } = await world.open().getEvents({ limit: 1000 })
  const counts: Record<string, number> = {}
  for (const { event_name } of data) counts[String(event_name)] = (counts[String(event_name)] ?? 0) + 1
  return counts
}

/** `{ NAME0: 1, NAME1: 1, … }`: every one of `count` exactly once, in the order of {@link sorted}. */
export function once(name: string, count: number): Record<string, number> {
  return sorted(Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, 1])))
}

export function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1)))
}

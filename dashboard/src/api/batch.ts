/** Reads of one moment travel in one POST /v1/api/query; the key numbers in one of their own, before it, for they lead the page. */
import type { Filter } from '../filters.ts'
import { call, type Problem, problemOf, type WireError } from './client.ts'

export interface Read {
  type:
    | 'stats'
    | 'breakdown'
    | 'timeseries'
    | 'live'
    | 'events'
    | 'interactions'
    | 'interaction'
    | 'deliveries'
    | 'goals'
  params: Record<string, unknown>
}

/** A link that shows numbers to people without an account. */
export interface Share {
  token: string
  /** What goes with every read: the token, and the proof of the password where there is one. */
  key: string
  /** The segment that the server adds to every read. */
  locked: readonly Filter[]
}

/** Where a read goes and as whom. `project` is the link's token where there is a `share`. */
export interface Reader {
  project: string
  csrf: string
  share?: Share | undefined
  /** Whether somebody is signed in, not a link of the command line: what is one's own needs a somebody. */
  hasAccount?: boolean
}

interface Waiting {
  read: Read
  resolve: (data: unknown) => void
  reject: (problem: unknown) => void
}

type Result = { ok: true; data: unknown } | { ok: false; error: WireError }

// The server's bound on the queries of one batch.
const MOST_AT_ONCE = 20
// How long the key numbers may keep the rest of the page waiting.
const HEAD_START_MS = 600
const waiting = new Map<string, { reader: Reader; reads: Waiting[] }>()

/** Answers with the read's `data`, or throws its own Problem: one that fails does not fail its neighbours. */
export function ask<T>(reader: Reader, read: Read): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const key = `${reader.project} ${reader.csrf} ${reader.share?.key ?? ''}`
    const group = waiting.get(key) ?? { reader, reads: [] }
    if (group.reads.length === 0) setTimeout(() => void flush(key), 0)
    group.reads.push({ read, resolve: resolve as (data: unknown) => void, reject })
    waiting.set(key, group)
  })
}

async function flush(key: string): Promise<void> {
  const group = waiting.get(key)
  waiting.delete(key)
  if (!group) return
  const isNumbers = ({ read }: Waiting) => read.type === 'stats'
  const numbers = sendAll(group.reader, group.reads.filter(isNumbers))
  const rest = group.reads.filter((each) => !isNumbers(each))
  // Asked for together they would share the server's cores, and the numbers would come as late as the last panel.
  if (rest.length > 0) await Promise.race([numbers, pause(HEAD_START_MS)])
  void sendAll(group.reader, rest)
}

function sendAll(reader: Reader, reads: Waiting[]): Promise<unknown> {
  const batches = []
  for (let at = 0; at < reads.length; at += MOST_AT_ONCE)
    batches.push(send(reader, reads.slice(at, at + MOST_AT_ONCE)))
  return Promise.all(batches)
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function send(reader: Reader, reads: Waiting[]): Promise<void> {
  try {
    const { results } = await post(reader, reads)
    reads.forEach(({ resolve, reject }, at) => {
      const result = results[at]
      if (result?.ok) resolve(result.data)
      else reject(problemOf(result?.error))
    })
  } catch (problem) {
    for (const { reject } of reads) reject(problem as Problem)
  }
}

function post(reader: Reader, reads: Waiting[]): Promise<{ results: Result[] }> {
  return call('/v1/api/query', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...credentialsOf(reader) },
    body: JSON.stringify({ queries: reads.map(({ read }) => read) }),
  })
}

function credentialsOf({ project, csrf, share }: Reader): Record<string, string> {
  return share ? { 'X-Metrone-Share': share.key } : { 'X-CSRF-Token': csrf, 'X-Metrone-Project': project }
}

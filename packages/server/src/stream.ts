/** Events as they come, by SSE: a reader of the format, and an iterator that connects again where it left off. */
import { follow, type Link, open } from './answer.ts'
import type { Settings } from './config.ts'
import { isTemporary, MetroneError, MetroneNetworkError, MetroneServerError } from './errors.ts'
import type { EventRow } from './reads.ts'
import { LONGEST_WAIT_MS, retryDelay, sleep } from './retry.ts'

export interface StreamOptions {
  /** Ends the stream. */
  signal?: AbortSignal | undefined
  /** Begin after this event, as far as the server still holds what came since. */
  lastEventId?: string | undefined
}

/** The server says something every 15 seconds; after so long without a word the connection is dead. */
const SILENCE_MS = 45_000
/** The server ends each stream after five minutes; so long after its end the next one begins. */
const RECONNECT_MS = 1000
/** A frame is one event, of 16 KB of properties and some addresses. */
const LONGEST_FRAME = 1_000_000

/** One frame of a stream: the text of its data and its id. */
export interface Frame {
  id: string | undefined
  data: string
}

/** A reader of one stream: takes text as it comes, gives the frames that it completes. */
export function readFrames(): (text: string) => Frame[] {
  let rest = ''
  return (text) => {
    const blocks = `${rest}${text}`.split(/\r?\n\r?\n/)
    rest = blocks.pop() ?? ''
    if (rest.length > LONGEST_FRAME) throw unexpected()
    return blocks.map(readFrame).filter(({ data }) => data)
  }
}

function readFrame(block: string): Frame {
  const data: string[] = []
  let id: string | undefined
  for (const line of block.split(/\r?\n/)) {
    const [, name, value = ''] = /^(data|id): ?(.*)$/.exec(line) ?? []
    if (name === 'data') data.push(value)
    if (name === 'id') id = value
  }
  return { id, data: data.join('\n') }
}

/**
 * Events as they are accepted, until `signal` is aborted or the loop is left. Connects again when a stream ends or breaks,
 * after the last event seen; throws the typed error after `maxRetries` failures in a row, or one that will not pass.
 */
export async function* stream(settings: Settings, options: StreamOptions): AsyncGenerator<EventRow, void> {
  const { signal } = options
  let last = options.lastEventId
  let failures = 0
  while (!signal?.aborted) {
    try {
      for await (const { id, data } of connect(settings, last, signal)) {
        failures = 0
        last = id ?? last
        if (data) yield readRow(data)
      }
      await sleep(RECONNECT_MS, signal)
    } catch (error) {
      if (signal?.aborted) return
      if (!(error instanceof MetroneError && isTemporary(error))) throw error
      if (++failures > settings.maxRetries || (error.retryAfterMs ?? 0) > LONGEST_WAIT_MS) throw error
      await sleep(retryDelay(failures, error.retryAfterMs, Math.random()), signal).catch(() => {})
    }
  }
}

/** The frames of one connection, the first an empty one that says it is open. */
async function* connect(
  settings: Settings,
  last: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Frame, void> {
  const link = follow(signal)
  const headers = { Accept: 'text/event-stream', ...(last !== undefined && { 'Last-Event-ID': last }) }
  try {
    const response = await open(settings, { path: '/v1/api/stream', headers, signal }, link)
    if (!response.headers.get('Content-Type')?.startsWith('text/event-stream')) throw unexpected()
    yield { id: undefined, data: '' }
    yield* framesOf(response, link)
  } finally {
    link.release()
    link.cut.abort()
  }
}

function readRow(data: string): EventRow {
  try {
    return JSON.parse(data) as EventRow
  } catch {
    throw unexpected()
  }
}

function unexpected(): MetroneServerError {
  return new MetroneServerError('UNEXPECTED_ANSWER', 'What streams is no Metrone server.')
}

async function* framesOf(response: Response, link: Link): AsyncGenerator<Frame, void> {
  const reader = response.body?.getReader()
  if (!reader) return
  const decoder = new TextDecoder()
  const read = readFrames()
  for (;;) {
    const { done, value } = await withoutSilence(reader.read(), link)
    if (done) return
    yield* read(decoder.decode(value, { stream: true }))
  }
}

async function withoutSilence<T>(reading: Promise<T>, { cut }: Link): Promise<T> {
  const timer = setTimeout(() => cut.abort(), SILENCE_MS)
  try {
    return await reading
  } catch (cause) {
    throw new MetroneNetworkError('NETWORK', 'The stream broke.', { cause })
  } finally {
    clearTimeout(timer)
  }
}

/** A stand-in for the server that serves the real m.js, writes down what it sends, and answers as it is told. */
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { expect } from '@playwright/test'
import { listenAnywhere, stopServer } from './site.ts'

const SCRIPT = readFileSync(new URL('../../packages/sdk/dist/m.js', import.meta.url))

export interface SentEvent {
  api_key: string
  event_type: string
  event_name?: string
  page_url: string
  page_title: string
  referrer?: string
  properties: Record<string, unknown>
  idempotency_key: string
  timestamp: number
  sdk_version: string
}

export interface Delivery {
  path: string
  headers: IncomingMessage['headers']
  /** `cors` for a fetch, `no-cors` for a beacon: `Sec-Fetch-Mode`. */
  mode: unknown
  events: SentEvent[]
}

/** What to answer a delivery: a status with headers, or nothing, which breaks the connection. */
export type Reply = { status: number; headers?: Record<string, string> } | undefined

const ACCEPT: Reply = { status: 202 }

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

export class Receiver {
  origin = ''
  deliveries: Delivery[] = []
  /** Requests that are neither the script nor a delivery: preflights, above all. */
  strays: string[] = []
  /** The next answers; when they are used up, everything is accepted. */
  replies: Reply[] = []
  stop = async (): Promise<void> => {}

  async start(): Promise<this> {
    const { server, origin } = await listenAnywhere(
      (request, response) => void this.#answer(request, response),
    )
    this.origin = origin
    this.stop = () => stopServer(server)
    return this
  }

  get events(): SentEvent[] {
    return this.deliveries.flatMap((delivery) => delivery.events)
  }

  /** Waits until what `read` gives of the events is `expected`. */
  async expectEvents(read: (events: SentEvent[]) => unknown, expected: unknown): Promise<void> {
    await expect.poll(() => read(this.events), { timeout: 15_000, intervals: [50] }).toEqual(expected)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? ''
    if (path === '/m.js') {
      response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(SCRIPT)
    } else if (request.method === 'POST') {
      const mode = request.headers['sec-fetch-mode']
      const events = JSON.parse(await readBody(request))
      this.deliveries.push({ path, headers: request.headers, mode, events })
      const reply = this.replies.length ? this.replies.shift() : ACCEPT
      if (!reply) return void response.destroy()
      const cors = {
        'Access-Control-Allow-Origin': request.headers.origin ?? '*',
        'Access-Control-Expose-Headers': 'Retry-After',
      }
      response.writeHead(reply.status, { ...cors, ...reply.headers }).end('{"ok":true}')
    } else {
      this.strays.push(`${request.method} ${path}`)
      response.writeHead(404).end()
    }
  }
}

/** Plain HTTP requests whose Host, User-Agent and own address a test chooses, as `fetch` does not let it. */
import { createServer, type RequestListener, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Visit {
  method?: string
  headers?: Record<string, string>
  body?: string
  /** An address of the loopback to come from. */
  from?: string
}

export interface Answer {
  status: number
  text: string
}

export function visit(url: string, { method = 'GET', headers, body, from }: Visit = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { method, headers: headers ?? {}, ...(from && { localAddress: from }) }
    const sent = request(url, options, async (answer) => {
      const chunks: Buffer[] = []
      for await (const chunk of answer) chunks.push(chunk)
      resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Serves `listener` on a free port while `use` runs. */
export async function serve(listener: RequestListener, use: (port: number) => Promise<void>): Promise<void> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await use((server.address() as AddressInfo).port)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

/** What the suite asks of the world around its runtime, by HTTP, since a worker can start no program: projects, a proxy that fails, a crash. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Flaky, RunningServer, startFlaky } from './running.ts'

export interface Stage {
  origin: string
  server: RunningServer
  stop(): Promise<void>
}

/** Starts the server with so many projects, and the address under which the suite asks for things. */
export async function openStage(projectCount: number): Promise<Stage> {
  const server = await new RunningServer().start()
  const projects = await server.projects(projectCount)
  const proxies: Flaky[] = []
  const actions: Record<string, (given: unknown) => Promise<unknown>> = {
    '/project': async () => ({ endpoint: server.origin, ...projects.pop() }),
    '/drained': () => server.drained(),
    '/kill': () => server.kill(),
    '/start': () => server.start(),
    '/flaky': async (plan) => {
      const proxy = await startFlaky(server.port, plan as unknown[])
      proxies.push(proxy)
      return proxy.origin
    },
  }
  const control = createServer(async (request, response) => {
    try {
      const done = await actions[request.url ?? '']?.(await readJson(request))
      response.end(JSON.stringify(done ?? null))
    } catch (error) {
      response.writeHead(500).end(String(error))
    }
  })
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(control.address() as AddressInfo).port}`,
    server,
    async stop() {
      for (const proxy of proxies) proxy.stop()
      control.closeAllConnections()
      control.close()
      await server.stop()
    },
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString() || 'null')
}

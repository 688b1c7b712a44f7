/** A web site with pages given as HTML, on an origin of its own, and small HTTP helpers for the servers of the tests. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Site {
  /** `http://127.0.0.1:PORT`. */
  origin: string
  /** HTML by path; `*` stands for every other path. */
  pages: Record<string, string>
  /** Headers of every page. */
  headers: Record<string, string>
  stop(): Promise<void>
}

/** Listens on a free port of this machine. */
export async function listenAnywhere(handle: RequestListener): Promise<{ server: Server; origin: string }> {
  const server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

export async function stopServer(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

export async function startSite(): Promise<Site> {
  const site: Pick<Site, 'pages' | 'headers'> = { pages: {}, headers: {} }
  const { server, origin } = await listenAnywhere((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site')
    const html = site.pages[pathname] ?? site.pages['*']
    response.writeHead(html === undefined ? 404 : 200, {
      'Content-Type': 'text/html; charset=utf-8',
      ...site.headers,
    })
    response.end(html ?? '')
  })
  return Object.assign(site, { origin, stop: () => stopServer(server) })
}

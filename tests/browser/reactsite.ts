/** The shop of reactapp/, built by Vite for one React and one mode, on an origin of its own. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, type InlineConfig } from 'vite'
import type { Place } from './reactapp/App.tsx'
import type { render } from './reactapp/server.tsx'
import { listenAnywhere, stopServer } from './site.ts'

export interface Variant {
  react: 18 | 19
  /** Only a development build runs effects twice under StrictMode. */
  mode: 'development' | 'production'
  /** Whether the server sends the page rendered, to be hydrated. */
  isRendered: boolean
}

export interface Shop {
  origin: string
  stop(): Promise<void>
}

const app = fileURLToPath(new URL('reactapp/', import.meta.url))
const react18 = fileURLToPath(new URL('../react18/node_modules/', import.meta.url))

export async function startShop(variant: Variant, place: Place): Promise<Shop> {
  const folder = mkdtempSync(join(tmpdir(), 'metrone-shop-'))
  await build(describeBuild(variant, folder, 'client.tsx'))
  const script = readFileSync(join(folder, 'client.js'))
  const renderPage = variant.isRendered ? await buildServer(variant, folder) : undefined
  const { server, origin } = await listenAnywhere(({ url = '/' }, response) => {
    if (url === '/client.js')
      return void response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(script)
    const body = renderPage?.(url, place) ?? ''
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(makePage(body, place))
  })
  return {
    origin,
    async stop() {
      await stopServer(server)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** As a server would: its own build of the same app, with no window anywhere. */
async function buildServer(variant: Variant, folder: string): Promise<typeof render> {
  await build({ ...describeBuild(variant, folder, 'server.tsx'), ssr: { noExternal: true } })
  return (await import(pathToFileURL(join(folder, 'server.mjs')).href)).render
}

function describeBuild({ react, mode }: Variant, folder: string, input: string): InlineConfig {
  const alias = react === 18 ? [{ find: /^(react(-dom)?)(?=$|\/)/, replacement: `${react18}$1` }] : []
  return {
    root: app,
    configFile: false,
    logLevel: 'error',
    mode,
    define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
    resolve: { alias },
    build: {
      outDir: folder,
      emptyOutDir: false,
      minify: mode === 'production',
      ssr: input === 'server.tsx',
      rolldownOptions: {
        input: join(app, input),
        output: { entryFileNames: input === 'server.tsx' ? '[name].mjs' : '[name].js' },
      },
    },
  }
}

const makePage = (body: string, { apiKey, endpoint }: Place): string => `<!doctype html><html>
  <head><title>Shop</title><link rel="icon" href="data:,"></head>
  <body><div id="root" data-api-key="${apiKey}" data-endpoint="${endpoint}">${body}</div>
  <script type="module" src="/client.js"></script></body></html>`

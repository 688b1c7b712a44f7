/** The program that hosts start: Metrone's tools on stdin and stdout. */
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'
import { forward } from './forward.ts'
import { readSettings, type Settings } from './settings.ts'

declare const __VERSION__: string

function settle(): Settings {
  try {
    return readSettings(process.env)
  } catch (error) {
    console.error(`metrone-mcp: ${error instanceof Error ? error.message : error}`)
    process.exit(2)
  }
}

const { key, url } = settle()
const headers = { 'X-Api-Key': key, 'User-Agent': `metrone-mcp/${__VERSION__}` }
await forward(
  new StdioServerTransport(),
  new StreamableHTTPClientTransport(url, { requestInit: { headers } }),
  url.origin,
)

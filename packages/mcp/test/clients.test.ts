/** The official TypeScript client, over both transports and both eras of the protocol, against the real server. */
import { fileURLToPath } from 'node:url'
import { Client, StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { METRONE, type Metrone, startMetrone, VIEWS } from './metrone.ts'

const PROGRAM = fileURLToPath(new URL('../dist/metrone-mcp.mjs', import.meta.url))
const TOOLS = [
  'metrone_get_stats',
  'metrone_get_events',
  'metrone_get_pages',
  'metrone_get_sources',
  'metrone_get_live',
  'metrone_get_ai_interactions',
  'metrone_query',
  'metrone_get_schema',
  'metrone_track_event',
  'metrone_track_ai_call',
]
const DEAD = 'http://127.0.0.1:1'

let metrone: Metrone

beforeAll(async () => {
  metrone = await startMetrone()
})

afterAll(() => metrone?.stop())

function overStdio(command: string, args: string[], key: string, endpoint = metrone.origin): Transport {
  const env = { PATH: process.env.PATH ?? '', METRONE_API_KEY: key, METRONE_ENDPOINT: endpoint }
  return new StdioClientTransport({ command, args, env, stderr: 'inherit' })
}

const TRANSPORTS: Record<string, (key: string) => Transport> = {
  http: (key) =>
    new StreamableHTTPClientTransport(new URL(`${metrone.origin}/mcp`), {
      requestInit: { headers: { 'X-Api-Key': key } },
    }),
  '@metrone-io/mcp': (key) => overStdio(process.execPath, [PROGRAM], key),
  'metrone mcp': (key) => overStdio(METRONE, ['mcp'], key),
}
const ERAS = { older: 'legacy', newest: { pin: '2026-07-28' }, either: 'auto' } as const

async function connect(transport: Transport, era: keyof typeof ERAS = 'either'): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: ERAS[era] } })
  await client.connect(transport)
  return client
}

describe.each(Object.keys(TRANSPORTS))('over %s', (name) => {
  const reach = (key: string): Transport => TRANSPORTS[name]?.(key) as Transport

  test.each(Object.keys(ERAS) as (keyof typeof ERAS)[])(
    '%s revision: the tools, and the number of REST',
    async (era) => {
      const client = await connect(reach(metrone.keys.full), era)
      const { tools } = await client.listTools()
      expect(tools.map((tool) => tool.name)).toEqual(TOOLS)
      // The client holds each answer to the schema of its tool.
      const { structuredContent } = await client.callTool({
        name: 'metrone_get_stats',
        arguments: { days: 1 },
      })
      expect(structuredContent).toEqual(await metrone.read('stats?days=1'))
      expect(structuredContent).toMatchObject({ pageviews: VIEWS })
      await client.close()
    },
  )

  test('resources are there to read', async () => {
    const client = await connect(reach(metrone.keys.full))
    const { contents } = await client.readResource({ uri: 'metrone://metrics' })
    expect(contents[0]).toMatchObject({ uri: 'metrone://metrics', mimeType: 'application/json' })
    await client.close()
  })

  test('a key that may only write sees only the tools that write', async () => {
    const client = await connect(reach(metrone.keys.write))
    const { tools } = await client.listTools()
    expect(tools.map((tool) => tool.name)).toEqual(['metrone_track_event', 'metrone_track_ai_call'])
    await client.close()
  })

  test('a wrong argument is an answer that names it', async () => {
    const client = await connect(reach(metrone.keys.full))
    const { isError, content } = await client.callTool({ name: 'metrone_get_pages', arguments: { top: 5 } })
    expect(isError).toBe(true)
    expect(JSON.stringify(content)).toContain('This tool takes: ')
    await client.close()
  })

  test('a key that nobody knows is refused with the sentence of the server', async () => {
    await expect(connect(reach(`metrone_live_${'0'.repeat(32)}`), 'older')).rejects.toThrow(
      'This API key does not exist',
    )
  })
})

test('a server that is away is a sentence, not silence', async () => {
  const away = overStdio(process.execPath, [PROGRAM], metrone.keys.full, DEAD)
  await expect(connect(away, 'older')).rejects.toThrow(`The server at ${DEAD} cannot be reached`)
})

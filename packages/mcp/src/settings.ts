/** What the program is told by its environment: the key and the server. Nothing else is read here. */

/** As the documentation of the public clients has it; a server of one's own is named by METRONE_ENDPOINT. */
const DEFAULT_ENDPOINT = 'https://api.metrone.io'
const KEY = /^(metrone|mk)_(live|test)_[0-9a-f]{32}$/

export interface Settings {
  key: string
  /** The address of the tools. */
  url: URL
}

/** The settings. Throws an Error whose message is one sentence that says what to do. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const key = environment.METRONE_API_KEY?.trim() ?? ''
  if (!KEY.test(key)) {
    const problem = key === '' ? 'is not set' : 'is not an API key'
    throw new Error(`METRONE_API_KEY ${problem}; set it to a key of your project, such as metrone_live_…`)
  }
  return { key, url: readEndpoint(environment.METRONE_ENDPOINT?.trim() || DEFAULT_ENDPOINT) }
}

function readEndpoint(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new Error(
      `METRONE_ENDPOINT is not the address of a server; give one such as https://data.example.com`,
    )
  }
  url.pathname = `${url.pathname.replace(/\/$/, '').replace(/\/mcp$/, '')}/mcp`
  return url
}

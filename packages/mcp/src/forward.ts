/** Hands messages from one transport to another and answers back. Knows no tool: the list and the calls are the server's. */
import {
  isInitializeRequest,
  isJSONRPCErrorResponse,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  type JSONRPCRequest,
  parseJSONRPCMessage,
  SdkHttpError,
  type Transport,
} from '@modelcontextprotocol/client'

/** Of JSON-RPC's codes for servers, one that the protocol has no other meaning for. */
const REFUSED = -32010

interface Refusal {
  code: number
  message: string
}

/** Starts both and forwards until the host closes its side. `server` is where `name` answers. */
export async function forward(host: Transport, server: Transport, name: string): Promise<void> {
  const opening = new Set<JSONRPCRequest['id']>()

  host.onmessage = (message: JSONRPCMessage) => {
    if (isJSONRPCRequest(message) && isInitializeRequest(message)) opening.add(message.id)
    server.send(message).catch((error: unknown) => {
      if (isJSONRPCRequest(message)) answer({ jsonrpc: '2.0', id: message.id, error: explain(error, name) })
    })
  }
  server.onmessage = (message: JSONRPCMessage) => {
    if (isJSONRPCResultResponse(message) && opening.delete(message.id)) agree(message.result.protocolVersion)
    answer(message)
  }
  const closed = new Promise<void>((resolve) => {
    host.onclose = resolve
  })
  await server.start()
  await host.start()
  await closed
  await server.close()

  /** What the handshake agreed on goes beside every later message, until revision 2026-07-28, which has no handshake. */
  function agree(version: unknown): void {
    if (typeof version === 'string') server.setProtocolVersion?.(version)
  }

  function answer(message: JSONRPCMessage): void {
    // The host has gone away; nobody is left to tell.
    host.send(message).catch(() => {})
  }
}

/** A failure as a sentence for the host: the server's own where it gave one. */
function explain(error: unknown, name: string): Refusal {
  if (!(error instanceof SdkHttpError)) {
    return { code: REFUSED, message: `The server at ${name} cannot be reached. Is it running?` }
  }
  const { text, status } = error.data
  return (
    refusalIn(text) ?? { code: REFUSED, message: `The server at ${name} answered with status ${status}.` }
  )
}

function refusalIn(text: unknown): Refusal | undefined {
  if (typeof text !== 'string') return undefined
  try {
    // Before a request is read its error has no id; the host knows which of its requests this answers.
    const message = parseJSONRPCMessage({ ...JSON.parse(text), id: 0 })
    return isJSONRPCErrorResponse(message) ? message.error : undefined
  } catch {
    return undefined
  }
}

/** @metrone-io/server: everything that it exports. */
export type { AICall, AIConversation, AIDetails, AISession } from './ai.ts'
export type { MetroneServerConfig } from './config.ts'
export type { FailedEvent, FlushResult } from './delivery.ts'
export {
  MetroneAuthError,
  MetroneError,
  MetroneNetworkError,
  MetroneRateLimitError,
  MetroneServerError,
  MetroneTimeoutError,
  MetroneValidationError,
} from './errors.ts'
export type { EventContext, Properties, WireEvent } from './event.ts'
export type * from './interactions.ts'
export {
  type AgentOptions,
  type AgentTracker,
  agentMiddleware,
  type FetchOptions,
  trackAgentRequest,
} from './middleware.ts'
export type * from './params.ts'
export type * from './reads.ts'
export { MetroneServer, type ReadOptions } from './server.ts'
export type { StreamOptions } from './stream.ts'

/** Every way in which Metrone can say no, as one class each. Which answer becomes which lives in `answer.ts`. */
import type { FlushResult } from './delivery.ts'

/** What is known of a failure besides its sentence. */
export interface ErrorFacts {
  /** HTTP status; absent where there was no answer. */
  status?: number | undefined
  /** Finds the request in the server's log. */
  requestId?: string | undefined
  /** Milliseconds to wait before asking again, where the server named them. */
  retryAfterMs?: number | undefined
  /** Which event of a batch was refused, counted from 0. */
  index?: number | undefined
  /** Which of its fields. */
  field?: string | undefined
  cause?: unknown
}

/** The base of all errors of this package. `code` is for programs, `message` says what to do. */
export class MetroneError extends Error {
  override readonly name: string = 'MetroneError'
  /** One of the server's codes (docs/errors.md), or `NETWORK`, `TIMEOUT`, `UNEXPECTED_ANSWER`, `INVALID_CONFIG`,
   * `INVALID_EVENT`, `QUEUE_FULL`, `EXPIRED`, `SHUT_DOWN`. */
  readonly code: string
  readonly status: number | undefined
  readonly requestId: string | undefined
  readonly retryAfterMs: number | undefined
  /** Set where `flush()` throws: what was sent all the same, what failed and what still waits. */
  result?: FlushResult

  constructor(code: string, message: string, facts: ErrorFacts = {}) {
    super(message, 'cause' in facts ? { cause: facts.cause } : undefined)
    this.code = code
    this.status = facts.status
    this.requestId = facts.requestId
    this.retryAfterMs = facts.retryAfterMs
  }
}

/** The key is missing, unknown, revoked or lacks the scope (401, 403). */
export class MetroneAuthError extends MetroneError {
  override readonly name = 'MetroneAuthError'
}

/** Too many requests, or the month's quota is used up (429). */
export class MetroneRateLimitError extends MetroneError {
  override readonly name = 'MetroneRateLimitError'
  /** Milliseconds to wait. */
  override readonly retryAfterMs: number

  constructor(code: string, message: string, facts: ErrorFacts = {}) {
    super(code, message, facts)
    this.retryAfterMs = facts.retryAfterMs ?? 0
  }
}

/** What was asked or sent has the wrong shape (other 4xx), or could not be written as JSON at all. */
export class MetroneValidationError extends MetroneError {
  override readonly name = 'MetroneValidationError'
  readonly index: number | undefined
  readonly field: string | undefined

  constructor(code: string, message: string, facts: ErrorFacts = {}) {
    super(code, message, facts)
    this.index = facts.index
    this.field = facts.field
  }
}

/** There was no connection, or it broke. */
export class MetroneNetworkError extends MetroneError {
  override readonly name = 'MetroneNetworkError'
}

/** No answer within `timeoutMs`. */
export class MetroneTimeoutError extends MetroneError {
  override readonly name = 'MetroneTimeoutError'
}

/** The server could not do it now (5xx), or what answered was no Metrone server. */
export class MetroneServerError extends MetroneError {
  override readonly name = 'MetroneServerError'
}

/** Whether the same request may succeed later. */
export function isTemporary(error: MetroneError): boolean {
  return (
    error instanceof MetroneNetworkError ||
    error instanceof MetroneTimeoutError ||
    error instanceof MetroneServerError ||
    error instanceof MetroneRateLimitError
  )
}

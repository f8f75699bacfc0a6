/**
 * A broken world: something that is not the input's fault. Adapters translate library errors into this by code,
 * never by message text. `retryable` answers one question: can the same call succeed later?
 */
export class SpanledgerError extends Error {
  readonly code: string
  readonly retryable: boolean
  /** What the operator can do about it. */
  readonly hint: string

  constructor(code: string, message: string, options: { retryable: boolean; hint: string; cause?: unknown }) {
    super(message, { cause: options.cause })
    this.name = 'SpanledgerError'
    this.code = code
    this.retryable = options.retryable
    this.hint = options.hint
  }
}

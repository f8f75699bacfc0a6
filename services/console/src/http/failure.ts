import { SpanledgerError } from '@spanledger/runtime/errors'
import type { Logger } from '@spanledger/runtime/logger'
import type { Failure } from '@spanledger/schemas/api/failure'
import type { Context, ErrorHandler } from 'hono'

type FailureStatus = 400 | 403 | 404 | 412 | 413 | 422 | 428 | 500 | 503

export function fail(context: Context, status: FailureStatus, code: string, message: string, hint: string): Response {
  const body: Failure = { error: { code, message, hint } }
  return context.json(body, status)
}

/** A broken world: 503 when asking again can help, else 500. Details stay in the log. */
export function createErrorHandler(logger: Logger): ErrorHandler {
  return (error, context) => {
    if (error instanceof SpanledgerError && error.retryable) {
      logger.warn({ err: error, code: error.code, path: context.req.path }, 'the console cannot answer for now')
      context.header('retry-after', '2')
      return fail(context, 503, error.code, error.message, error.hint)
    }
    logger.error({ err: error, path: context.req.path }, 'the console failed to answer')
    if (error instanceof SpanledgerError) return fail(context, 500, error.code, error.message, error.hint)
    return fail(context, 500, 'INTERNAL', 'the console failed to answer', 'the log of the console says why')
  }
}

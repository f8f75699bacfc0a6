import type { OtlpSpan } from '@spanledger/schemas/events/otlp'
import type { RequestStatus } from '../observation.ts'
import { firstOf, firstText } from './attributes.ts'
import { names } from './otel-genai-names.ts'

export interface Outcome {
  readonly status: RequestStatus
  readonly errorType: string | undefined
}

const spanStatusError = 2
/** Names that runtimes give to a caller going away: the provider was already working, and bills what it did. */
const callerLeft = /cancel|abort|generatorexit|disconnect/i
/** 4xx, but for the two that say that somebody stopped waiting. */
const refusal = /^4(?!08|99)\d\d$/

/**
 * `aborted` is a request that a provider may bill without having told anybody: it is accrued. `error` without usage
 * is a refusal, and free. So an error after the first sign of a response (`started`) that reports no usage is aborted,
 * unless the provider answered with a 4xx.
 */
export function readOutcome(span: OtlpSpan, seen: { started: boolean; reported: boolean }): Outcome {
  const { attributes } = span
  const type = firstText(attributes, names.errorType)
  const failed = span.statusCode === spanStatusError || type !== undefined
  if (failed) {
    const httpStatus = httpStatusText(firstOf(attributes, names.httpStatus))
    const errorType = type ?? httpStatus
    const left = errorType !== undefined && callerLeft.test(errorType)
    const refused = refusal.test(errorType ?? '') || refusal.test(httpStatus ?? '')
    return { status: left || (seen.started && !seen.reported && !refused) ? 'aborted' : 'error', errorType }
  }
  const reasons = firstOf(attributes, names.finishReasons)
  const list: readonly unknown[] = Array.isArray(reasons) ? reasons : [reasons]
  const left = list.some((reason) => typeof reason === 'string' && callerLeft.test(reason))
  return { status: left ? 'aborted' : 'ok', errorType: undefined }
}

function httpStatusText(status: unknown): string | undefined {
  return (typeof status === 'number' || typeof status === 'string') && status !== '' ? String(status) : undefined
}

import type { RejectCode } from '@spanledger/schemas/codes'
import type { Result } from '@spanledger/schemas/result'

/** Good, or refused with a reason; once a span is known to be a request, nothing is dropped any more. */
export type Judged<T> = Exclude<Result<T, RejectCode>, { kind: 'drop' }>

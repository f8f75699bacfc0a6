/** Why a whole request is refused. Closed: it is a metric label and the key of `refusals`. */
export type RefusalReason =
  | 'origin_forbidden'
  | 'unauthorized'
  | 'media_type_unknown'
  | 'encoding_unknown'
  | 'too_large'
  | 'undecodable'
  | 'overloaded'
  | 'slow_body'
  | 'aborted'
  | 'log_full'
  | 'log_unavailable'
  | 'internal'

export interface RefusalAnswer {
  readonly status: 400 | 401 | 403 | 413 | 415 | 500 | 503
  /** google.rpc.Code, for OTLP's error body. */
  readonly grpcCode: number
  readonly retryAfterSeconds?: number
}

/**
 * What each refusal is answered with. Whatever can succeed later is 503 with Retry-After: exporters retry on it, and
 * drop their data on 429 and on every 4xx.
 */
export const refusals: Readonly<Record<RefusalReason, RefusalAnswer>> = {
  origin_forbidden: { status: 403, grpcCode: 7 },
  unauthorized: { status: 401, grpcCode: 16 },
  media_type_unknown: { status: 415, grpcCode: 3 },
  encoding_unknown: { status: 415, grpcCode: 3 },
  too_large: { status: 413, grpcCode: 8 },
  undecodable: { status: 400, grpcCode: 3 },
  overloaded: { status: 503, grpcCode: 14, retryAfterSeconds: 1 },
  slow_body: { status: 503, grpcCode: 14, retryAfterSeconds: 5 },
  aborted: { status: 400, grpcCode: 1 },
  log_full: { status: 503, grpcCode: 14, retryAfterSeconds: 5 },
  log_unavailable: { status: 503, grpcCode: 14, retryAfterSeconds: 2 },
  internal: { status: 500, grpcCode: 13 },
}

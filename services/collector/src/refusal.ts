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
  | 'registry_unavailable'
  | 'internal'

export interface RefusalAnswer {
  readonly status: 400 | 401 | 403 | 413 | 415 | 500 | 503
  /** google.rpc.Code: the status over gRPC, and in OTLP's error body over HTTP. */
  readonly grpcCode: number
  readonly retryAfterSeconds?: number
}

/** The headers that go with a refusal over HTTP. */
export function refusalHeaders({ status, retryAfterSeconds }: RefusalAnswer): Record<string, string> {
  return {
    ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
  }
}

/**
 * What each refusal is answered with. Whatever can succeed later is 503 with Retry-After, over gRPC UNAVAILABLE with
 * RetryInfo: exporters retry on it. They drop their data on 429 and on every 4xx, over gRPC on RESOURCE_EXHAUSTED
 * without RetryInfo, INVALID_ARGUMENT, UNAUTHENTICATED and INTERNAL.
 */
export const refusals: Readonly<Record<RefusalReason, RefusalAnswer>> = {
  origin_forbidden: { status: 403, grpcCode: 7 },
  unauthorized: { status: 401, grpcCode: 16 },
  media_type_unknown: { status: 415, grpcCode: 3 },
  encoding_unknown: { status: 415, grpcCode: 12 },
  too_large: { status: 413, grpcCode: 8 },
  undecodable: { status: 400, grpcCode: 3 },
  overloaded: { status: 503, grpcCode: 14, retryAfterSeconds: 1 },
  slow_body: { status: 503, grpcCode: 14, retryAfterSeconds: 5 },
  aborted: { status: 400, grpcCode: 1 },
  log_full: { status: 503, grpcCode: 14, retryAfterSeconds: 5 },
  log_unavailable: { status: 503, grpcCode: 14, retryAfterSeconds: 2 },
  registry_unavailable: { status: 503, grpcCode: 14, retryAfterSeconds: 5 },
  internal: { status: 500, grpcCode: 13 },
}

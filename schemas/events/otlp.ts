/**
 * OTLP spans in the terms the rest of spanledger reads. `Map`, not objects: attribute keys come from strangers.
 * Strings are valid Unicode; times are milliseconds since the epoch with a fraction (nanoseconds / 10^6).
 */
export type AttributeValue = string | number | bigint | boolean | readonly AttributeValue[] | AttributeMap
export interface AttributeMap extends ReadonlyMap<string, AttributeValue> {}

export interface OtlpResource {
  readonly attributes: AttributeMap
}

export interface OtlpScope {
  readonly name: string
  readonly version: string
}

export interface OtlpSpan {
  readonly resource: OtlpResource
  readonly scope: OtlpScope
  /** 32 lower-case hex digits, not all zero; '' when the producer sent something else. */
  readonly traceId: string
  /** 16 lower-case hex digits, not all zero; '' when the producer sent something else. */
  readonly spanId: string
  /** '' for a root. */
  readonly parentSpanId: string
  readonly name: string
  readonly kind: number
  /** undefined when absent or 0. */
  readonly startMs?: number
  readonly endMs?: number
  /** 0 unset, 1 ok, 2 error. */
  readonly statusCode: number
  readonly attributes: AttributeMap
}

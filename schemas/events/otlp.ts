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

/** A log record without what it says: of its texts only the names of events are kept. */
export interface OtlpLog {
  readonly resource: OtlpResource
  readonly scope: OtlpScope
  /** As on a span; they say where the record was written, and many records are written within one span. */
  readonly traceId: string
  readonly spanId: string
  /** When it happened, and when it was seen first; undefined when absent or 0. */
  readonly timeMs?: number
  readonly observedMs?: number
  /** '' where the record has none: older producers say the name in the attribute `event.name` or as the body. */
  readonly eventName: string
  /** The body, where all that it says is the name of an event of a known kind; else ''. */
  readonly body: string
  readonly attributes: AttributeMap
}

/** One point of a metric that adds up: of a monotonic sum, or what a histogram's observations come to. */
export interface OtlpSumPoint {
  readonly resource: OtlpResource
  readonly scope: OtlpScope
  readonly metric: string
  /** `delta`: since `startMs`; `cumulative`: since the stream began, and `startMs` says when that was. */
  readonly temporality: 'delta' | 'cumulative'
  /** undefined when absent or 0. */
  readonly startMs?: number
  readonly timeMs: number
  readonly value: number
  readonly attributes: AttributeMap
}

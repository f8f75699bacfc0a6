import type { OtlpLog } from '@spanledger/schemas/events/otlp'
import type { SpanDrop, SpanParts } from './dialect.ts'
import type { ScopeMatch } from './scope-match.ts'

/** Why a log record is no request of its own. */
export type LogDrop =
  | SpanDrop
  /** An event of somebody known, of something else: a prompt, a tool's result, a message, a setting. */
  | 'not_a_request'

/** How a producer's events are told from others: by the name first, then by who wrote the record. Data, not code. */
export interface LogRecognition {
  /** What the full names of its events begin with: `claude_code.`. */
  readonly namespace: string
  /** Scopes and services whose events are its own although their names lack the namespace. */
  readonly scopes: readonly ScopeMatch[]
  readonly services: readonly string[]
}

/** One producer's way to report requests as events. `event` is the event's name without the namespace. */
export interface LogDialect extends LogRecognition {
  readonly name: string
  /** `leaf` is one request at a provider; everything else says why it is none. */
  gate(log: OtlpLog, event: string): 'leaf' | LogDrop
  /** What a leaf says, in the producer's own words: values are judged by `normalise`. Never throws. */
  read(log: OtlpLog, event: string): LogParts
}

export interface LogParts extends SpanParts {
  /**
   * What the request is known by, made of the producer's own ids and times, so that a record that is sent again is the
   * same request. Never the record's trace and span: many events lie in one span. undefined: nothing tells it from others.
   */
  readonly eventId: string | undefined
  /** Of the request, milliseconds since the epoch: an event is written when the request is over. */
  readonly startMs: number | undefined
  readonly latencyMs: number | undefined
}

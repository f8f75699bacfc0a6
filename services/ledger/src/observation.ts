import type { Ruled } from '@spanledger/schemas/attribution/rules'
import type { Attribution } from '@spanledger/schemas/events/dimensions'
import type { ObservationWarning } from '@spanledger/schemas/codes'
import type { Usage } from '@spanledger/schemas/events/usage'

export type RequestStatus = 'ok' | 'error' | 'aborted'
export type ResultCache = 'exact_hit' | 'semantic_hit' | 'miss' | 'none'

/**
 * What one source said of one request, in the ledger's own terms: the output of decode + normalise + attribute, the
 * input of identify. A charge is a pure function of the set of its observations, so neither order nor repetition matters.
 *
 * Absent means not reported. Money is atto-USD. Times are milliseconds since the epoch.
 */
export interface Observation {
  readonly tenant: string
  /** How it reached us. */
  readonly source: 'span' | 'usage_event' | 'log'
  /** Which dialect read it; its rank decides which source a field of merged twins is taken from (0 is best). */
  readonly dialect: string
  readonly rank: number
  /** Instrumentation scope that wrote the span: two spans of one scope are two requests, unless they share an id. */
  readonly scope?: string

  /** At least one of these three is set. */
  readonly responseId?: string
  /** The response id was minted by the provider (not invented, not a self-hosted server's small random one). */
  readonly responseIdTrusted: boolean
  readonly traceId?: string
  readonly spanId?: string
  /** Of the span's parent; absent for a root. */
  readonly parentSpanId?: string
  readonly eventId?: string

  /** Start of the request. */
  readonly at: number
  /** When the door accepted it. */
  readonly receivedAt: number

  /** Canonical id (`pricing.md` 5.1); an unmapped one as it was sent, trimmed and in lower case. */
  readonly provider: string
  readonly requestModel?: string
  readonly responseModel?: string
  readonly operation?: string
  /** As the response had it; the request's only where the response is silent. */
  readonly serviceTier?: string
  readonly region?: string
  readonly status: RequestStatus
  readonly errorType?: string
  readonly billingAccount?: string

  readonly attribution: Attribution
  /** Which of its dimensions the configuration decided: they beat, or stand behind, what other reports say. */
  readonly ruled?: Ruled
  readonly tags: Readonly<Record<string, string>>

  /** Absent: no usage was reported at all. */
  readonly usage?: Usage
  /** Length of what was sent and answered, where a producer recorded it: what an accrual is estimated from. */
  readonly inputCharacters?: number
  readonly outputCharacters?: number
  readonly latencyMs?: number
  readonly ttftMs?: number
  readonly qualityScore?: number
  readonly resultCache: ResultCache
  readonly reportedCostAtto?: bigint
  readonly warnings: readonly ObservationWarning[]
}

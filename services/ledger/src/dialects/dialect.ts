import type { ObservationWarning } from '@spanledger/schemas/codes'
import type { AttributeValue, OtlpSpan } from '@spanledger/schemas/events/otlp'
import type { UsageField } from '@spanledger/schemas/events/usage'
import type { RequestStatus, ResultCache } from '../observation.ts'
import type { ScopeMatch } from './scope-match.ts'

/** Why a span is no request of its own. Nothing is wrong with it: it is counted by reason, and never charged. */
export const spanDrops = [
  /** Carries nothing of generative AI. */
  'not_genai',
  /** An agent, tool or workflow step: its tokens are its children's. */
  'wrapper',
  /** A call that providers do not bill: counting tokens, opening a session. */
  'not_billable',
  /** Looks like generative AI, but neither its operation nor its shape says that it is one request. */
  'operation_unknown',
  /** A copy of what the same producer reports by another signal, which is charged. */
  'told_elsewhere',
  /** Written by an instrumentation whose dialect is not read yet; reading it as another's would double count. */
  'dialect_not_supported',
] as const
export type SpanDrop = (typeof spanDrops)[number]

/** How a dialect's spans are told from others: its scopes first, then attributes that only it sets. Data, not code. */
export interface Recognition {
  readonly scopes: readonly ScopeMatch[]
  /** Attribute names; one that ends in `*` is a prefix. */
  readonly markers: readonly string[]
}

/** One instrumentation's way to write a GenAI span. */
export interface Dialect extends Recognition {
  readonly name: string
  /** `leaf` is one request at a provider; everything else says why it is none. */
  gate(span: OtlpSpan): 'leaf' | SpanDrop
  /** What a leaf says, in the dialect's own words: values are judged by `normalise`, in one place. Never throws. */
  read(span: OtlpSpan): SpanParts
}

/** Does `input` hold the cached tokens? `assumed`: read as inclusive, because nobody has verified this producer. */
export type InputSemantics = 'inclusive' | 'exclusive' | 'assumed'

/** Token counts as they were sent, of whatever type; absent was not reported. */
export type RawUsage = { [field in UsageField]?: AttributeValue }

export interface SpanParts {
  /** See `ranks.ts`; 0 is best. */
  readonly rank: number
  /** As sent; '' when the span names none. */
  readonly provider: string
  readonly serverAddress: string | undefined
  readonly requestModel: string | undefined
  readonly responseModel: string | undefined
  readonly responseId: string | undefined
  /** The instrumentation made the id up. */
  readonly responseIdInvented: boolean
  readonly operation: string | undefined
  readonly serviceTier: string | undefined
  /** Of the provider's endpoint, where the span says so outright; else derived from model and address. */
  readonly region: string | undefined
  readonly status: RequestStatus
  readonly errorType: string | undefined
  readonly usage: RawUsage
  readonly inputSemantics: InputSemantics
  readonly ttftMs: number | undefined
  /** What the producer says the request cost, USD: evidence, never our cost. Ignored where it is no amount. */
  readonly reportedCost: AttributeValue | undefined
  /** An id that its producer gives to the request itself, whoever reports it: it connects like a usage event's. */
  readonly eventId?: string | undefined
  /** The answer came out of a cache of results, so nobody was asked. */
  readonly resultCache?: ResultCache | undefined
  /** What is doubtful about this span beyond what its counts, its rank and `inputSemantics` say. */
  readonly warnings: readonly ObservationWarning[]
}

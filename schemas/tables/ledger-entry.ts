import type { Attribution } from '../events/dimensions.ts'

/** A row of `ledger`. Ids are 16 raw bytes as a latin1 string; money is atto-USD; times are milliseconds since the epoch. */
export interface LedgerEntry {
  entryId: string
  kind: 'charge' | 'adjustment' | 'accrual' | 'capacity'
  identity: string
  identityKeys: readonly string[]
  /** Under what the parents of its spans find it (`childKey`). */
  parentKeys: readonly string[]
  revision: number
  reason: string
  at: number
  receivedAt: number
  recordedAt: number
  pricedAt: number
  source: string
  sources: readonly string[]
  dialect: string
  /** 0 to 255; smaller is better. */
  sourceRank: number
  /** Instrumentation scope; '' for what is no span. */
  scope: string

  provider: string
  model: string
  requestModel: string
  responseModel: string
  modelTier: string
  operation: string
  serviceTier: string
  region: string
  status: string
  errorType: string
  billingAccount: string

  tenant: string
  attribution: Attribution
  tags: Readonly<Record<string, string>>

  requests: number
  inputTokens: number
  uncachedTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
  cacheWrite5mTokens: number
  cacheWrite1hTokens: number
  outputTokens: number
  reasoningTokens: number
  /** Every other meter, by its name in schemas/events/usage.ts (`audio_seconds` for durations), in millionths of a unit. */
  otherUnits: Readonly<Record<string, bigint>>
  reportedUnits: number

  cost: bigint
  costInput: bigint
  costCacheRead: bigint
  costCacheWrite: bigint
  costOutput: bigint
  costOther: bigint
  listCost: bigint
  costWithoutCache: bigint
  accruedCost: bigint
  /** What `accruedCost` was made of, as JSON; '' where there is no estimate. */
  accrualBasis: string
  reportedCost: bigint | null

  priceState: 'priced' | 'free' | 'estimated' | 'unpriced'
  unpricedRequests: number
  unpricedTokens: number
  priceVersion: string
  priceRows: readonly string[]
  contractId: string
  contextBand: string
  matchedBy: string
  warnings: readonly string[]

  latencyMs: number | null
  ttftMs: number | null
  qualityScore: number | null
  resultCache: string

  traceId: string
  spanId: string
  parentSpanId: string
  responseId: string
  observations: readonly string[]
}

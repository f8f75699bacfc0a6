import type { PriceWarning } from '@spanledger/schemas/codes'
import type { Usage } from '@spanledger/schemas/events/usage'

/** One billable request, as pricing sees it. */
export interface PriceRequest {
  /** Any accepted spelling; resolved by `resolveProvider`. */
  readonly provider: string
  readonly requestModel?: string
  readonly responseModel?: string
  /** Start of the request, milliseconds since the epoch. */
  readonly at: number
  readonly serviceTier?: string
  readonly region?: string
  readonly billingAccount?: string
  readonly usage?: Usage
  readonly reportedCostAtto?: bigint
}

/** quantity x unitPrice / per = amount: a person can check it with a pocket calculator. */
export interface PriceLine {
  readonly meter: string
  /** Integer; audio_seconds in microseconds, with `per` scaled alike. */
  readonly quantity: bigint
  /** The decimal string of the price sheet, in USD. */
  readonly unitPrice: string
  readonly per: number
  readonly amountAtto: bigint
  readonly listAtto: bigint
  readonly priceRow: string
}

export type PriceState = 'priced' | 'free' | 'estimated' | 'unpriced'

/** costAtto = input + cacheRead + cacheWrite + output + other, exactly. */
export interface PriceResult {
  readonly state: PriceState
  readonly provider: string
  /** The model that was priced; the best known name when unpriced. */
  readonly model: string
  readonly costAtto: bigint
  readonly costInputAtto: bigint
  readonly costCacheReadAtto: bigint
  readonly costCacheWriteAtto: bigint
  readonly costOutputAtto: bigint
  readonly costOtherAtto: bigint
  readonly listAtto: bigint
  /** What it would have cost had cache reads and writes been plain input. */
  readonly withoutCacheAtto: bigint
  /** Tokens of used meters that have no price (all tokens when there is no price at all). */
  readonly unpricedTokens: number
  readonly priceVersion: string
  /** Ids of the rows used, without repetition. */
  readonly priceRows: readonly string[]
  readonly contractId: string
  /** '' when the row has no bands. */
  readonly contextBand: string
  /** `catalogue`, `alias:<text>`, `pattern:<text>`, `none`. */
  readonly matchedBy: string
  readonly warnings: readonly PriceWarning[]
}

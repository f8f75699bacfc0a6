import type { PriceWarning } from '@spanledger/schemas/codes'
import type { Usage } from '@spanledger/schemas/events/usage'
import type { PoolBasis } from '../pools/pool-basis.ts'

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
  /** Contracts may be for one team. */
  readonly team?: string
  readonly usage?: Usage
  /** How long it ran: what some cost pools weigh by. */
  readonly latencyMs?: number
  /** In USD: what the provider itself says it cost. */
  readonly reportedCostAtto?: bigint
}

/** quantity x unitPrice / per (x or / rate) = amount, rounded once: a person can check it with a pocket calculator. */
export interface PriceLine {
  readonly meter: string
  /** Integer; audio_seconds in microseconds, with `per` scaled alike. */
  readonly quantity: bigint
  /** The exact decimal string, in `currency`; a discount is worked in. */
  readonly unitPrice: string
  readonly per: number
  readonly currency: string
  /** In `currency`, rounded half-even at 18 decimals. */
  readonly nativeAtto: bigint
  /** How it became USD: multiplied with the rate, or divided by it. Absent for USD itself. */
  readonly rate?: { readonly id: string; readonly rate: string; readonly divides: boolean }
  /** In USD. */
  readonly amountAtto: bigint
  /** What the same would have cost by the list. */
  readonly listAtto: bigint
  /** `contract:<id>` for a price that a contract fixes. */
  readonly priceRow: string
  /** '' for none. */
  readonly contractId: string
  /** Of a discount or markup: `-12.5%`; '' else. `listPrice` is what it was taken of. */
  readonly adjustment: string
  readonly listPrice: string
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
  /** Ids of the rows used, without repetition; `contract:<id>` for prices that a contract fixes. */
  readonly priceRows: readonly string[]
  /** Of all contracts that priced something, joined by commas. */
  readonly contractId: string
  /** '' when the row has no bands. */
  readonly contextBand: string
  /** `catalogue`, `alias:<text>`, `pattern:<text>`, `manual`, `contract:<id>`, `pool:<id>`, `none`. */
  readonly matchedBy: string
  readonly warnings: readonly PriceWarning[]
  /** Of a cost pool's share, in place of price rows. */
  readonly poolBasis?: PoolBasis
}

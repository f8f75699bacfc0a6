import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import type { PoolBasis, PoolWindowBasis } from '../pools/pool-basis.ts'

/** From the lengths that were sent and answered: characters / (characters / tokens) = tokens, at the price of the request. */
export interface CharacterBasis {
  readonly by: 'characters'
  /** Absent: not known. */
  readonly input_characters?: number
  readonly output_characters?: number
  /** So many characters are so many tokens. */
  readonly characters: number
  readonly tokens: number
}

/** The mean of what other requests of the series cost: cost / requests, half-even at 18 decimals. */
export interface SeriesBasis {
  readonly by: 'series'
  /** What the other requests have in common with this one, beside its tenant and provider. */
  readonly same: readonly string[]
  /** The days of their event time, both inclusive, in the reporting zone. */
  readonly from: string
  readonly to: string
  readonly requests: string
  /** USD, exact. */
  readonly cost: string
}

/** Of `accrued_cost`; or of `cost`, where that is a share of what is paid by the hour. */
export type AccrualBasis = CharacterBasis | SeriesBasis | PoolBasis | PoolWindowBasis

/** The column `accrual_basis`; '' for no estimate. */
export function formatBasis(basis: AccrualBasis | undefined): string {
  return basis ? JSON.stringify(basis) : ''
}

/** The inverse; undefined where there is no estimate. */
export function parseBasis(text: string): AccrualBasis | undefined {
  return text === '' ? undefined : (JSON.parse(text) as AccrualBasis)
}

/** Whether the entry stands for a request that succeeded, or was aborted, without usage: also when it is a correction. */
export function isAccrual(entry: Pick<LedgerEntry, 'reportedUnits' | 'priceState' | 'warnings'>): boolean {
  return entry.reportedUnits === 0 && entry.priceState === 'unpriced' && entry.warnings.includes('USAGE_MISSING')
}

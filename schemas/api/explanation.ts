/**
 * A charge as a person can recompute it: quantity x unit_price / per, x or / fx.rate where there is one, = amount, rounded
 * half-even at 18 decimals, once. Amounts and prices are decimal strings.
 */
export interface ExplanationLine {
  readonly meter: string
  readonly quantity: string
  /** In `currency`; a discount is worked in. */
  readonly unit_price: string
  readonly per: number
  readonly currency: string
  /** How `currency` becomes USD; null for USD itself. */
  readonly fx: { readonly id: string; readonly rate: string; readonly divides: boolean } | null
  /** quantity x unit_price / per in `currency`, rounded for itself. */
  readonly native_amount: string
  /** USD. */
  readonly amount: string
  /** USD: what the list asks for the same. */
  readonly list_amount: string
  /** `contract:<id>` for a price that a contract fixes. */
  readonly price_row: string
  /** '' for none. */
  readonly contract_id: string
  /** `-12.5%` of `list_price` is `unit_price`; both '' where the list price stands, or a contract fixes another. */
  readonly adjustment: string
  readonly list_price: string
}

export interface ExplanationRevision {
  readonly entry_id: string
  readonly kind: string
  readonly revision: number
  readonly reason: string
  readonly recorded_at: string
  readonly cost: string
  readonly accrued_cost: string
}

/** How `accrued_cost` of a request without usage was estimated. */
export type ExplanationEstimate =
  | {
      readonly by: 'characters'
      /** Lengths of what was sent and answered; null: not known, or not billed. */
      readonly input_characters: number | null
      readonly output_characters: number | null
      /** So many characters were taken for so many tokens, rounded up. */
      readonly characters: number
      readonly tokens: number
      /** The amounts sum to `accrued_cost`. */
      readonly lines: readonly ExplanationLine[]
    }
  | {
      readonly by: 'series'
      /** What the other requests have in common with this one, beside tenant and provider. */
      readonly same: readonly string[]
      /** Days, both inclusive. */
      readonly from: string
      readonly to: string
      /** cost / requests = `accrued_cost`, rounded half-even at 18 decimals. */
      readonly requests: string
      readonly cost: string
    }

export interface Explanation {
  readonly entry_id: string
  readonly at: string
  readonly tenant: string
  readonly provider: string
  readonly model: string
  /** Who and what for: the dimensions that are set, and `untagged`. */
  readonly attribution: Readonly<Record<string, string>>
  readonly request_model: string
  readonly response_model: string
  readonly price_state: string
  readonly matched_by: string
  readonly context_band: string
  readonly service_tier: string
  readonly region: string
  readonly price_version: string
  readonly contract_id: string
  readonly sources: readonly string[]
  readonly warnings: readonly string[]
  /** Their amounts sum to `cost`. */
  readonly lines: readonly ExplanationLine[]
  readonly cost: string
  readonly list_cost: string
  readonly reported_cost: string | null
  /** What a request without usage may have cost: not in `cost`; 0 once its usage was reported. */
  readonly accrued_cost: string
  readonly estimate: ExplanationEstimate | null
  /** Every entry of this charge, oldest first; their costs sum to what the ledger shows. */
  readonly revisions: readonly ExplanationRevision[]
}

/** A charge as a person can recompute it; amounts and prices are decimal strings in USD. */
export interface ExplanationLine {
  readonly meter: string
  readonly quantity: string
  readonly unit_price: string
  readonly per: number
  readonly amount: string
  readonly price_row: string
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
  /** quantity x unit_price / per = amount, rounded half-even at 18 decimals; the amounts sum to `cost`. */
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

/**
 * The price catalogue as it is stored (catalogue.json, written by scripts/generate.py).
 * Source of the format: the pricing specification, section 6. Money is decimal strings in USD.
 */
export interface Catalogue {
  readonly format: 1
  /** The day its newest source speaks for, YYYY-MM-DD: from the sources, not from the clock. */
  readonly as_of: string
  readonly sources: readonly PriceSource[]
  readonly notice: string
  /** What a row means where it says nothing. */
  readonly defaults: {
    readonly currency: string
    readonly region: string
    readonly service_tier: string
    readonly source: string
  }
  /** By canonical provider id. */
  readonly providers: Readonly<Record<string, ProviderSheet>>
}

/** `sha256` is of the price file in the package. */
export interface PriceSource {
  readonly name: string
  readonly version: string
  readonly released: string
  readonly sha256: string
}

export interface ProviderSheet {
  /** Sheets whose prices are declared equal, tried in order; the charge still books this provider. */
  readonly fallbacks?: readonly Fallback[]
  /** Prices differ by region, so an unlisted region is an estimate. */
  readonly regional?: boolean
  readonly models: Readonly<Record<string, ModelSheet>>
}

export interface Fallback {
  readonly provider: string
  /** Nor its rows of regions. */
  readonly standard_tier_only?: boolean
  readonly not_regional?: boolean
}

export interface ModelSheet {
  /** Exact names, in lower case. */
  readonly aliases?: readonly string[]
  /** Regular expressions anchored at both ends, tested in declared order; `{date}` is YYYY-MM-DD or YYYYMMDD. */
  readonly patterns?: readonly string[]
  readonly regional?: boolean
  readonly rows: readonly PriceRow[]
}

export interface PriceRow {
  /** Says what the row is: `openai/gpt-4o?tier=batch&from=2026-10-14`. Never reused for another price. */
  readonly id: string
  /** A region, a zone (`us`, `eu`), `global`, or `regional`: every named region, as against the global endpoint. */
  readonly region?: string
  readonly service_tier?: string
  /** UTC date or instant; inclusive. Absent: as far back as the model goes. */
  readonly from?: string
  /** Exclusive. */
  readonly to?: string
  readonly schedule?: Schedule
  /** Holds for requests with more than (`gt`) or at least (`gte`) so many input tokens. */
  readonly band?: { readonly gt: number } | { readonly gte: number }
  /** By meter: `price` buys `per` units. */
  readonly meters: Readonly<Record<string, { readonly price: string; readonly per: number }>>
  /** The least quantity a request is billed for, by meter, in whole units. */
  readonly minimum?: Readonly<Record<string, number>>
  /** Of `meters`, where it differs from `defaults.currency`. */
  readonly currency?: string
  /** Where it differs from `defaults.source`: the decision that made it. */
  readonly source?: string
}

/** Hours of the day at which a row replaces the unscheduled one of the same validity. */
export interface Schedule {
  /** UTC, start inclusive, end exclusive; may wrap midnight. */
  readonly windows: readonly (readonly [string, string])[]
  /** 1 = Monday ... 7 = Sunday: the calendar day at `utc_offset` of the request itself. Absent: every day. */
  readonly weekdays?: readonly number[]
  readonly utc_offset?: string
}

import type { Schedule } from './catalogue.ts'

/**
 * What an operator adds to the catalogue: the section `prices` of spanledger.yaml, and `overrides` of a price case. Its
 * content is part of the price version. Money, rates and percentages are decimal strings; times are ISO 8601, UTC.
 * Source of the rules: the pricing specification, 5.2, 8, 9 and 10.
 */
export interface PriceOverrides {
  readonly aliases?: readonly PriceAlias[]
  readonly contracts?: readonly PriceContract[]
  readonly rows?: readonly ManualRow[]
  readonly pools?: readonly CostPool[]
  readonly rates?: readonly ExchangeRate[]
}

/** What a name of ours really is: an Azure deployment, a served model behind a host. */
export interface PriceAlias {
  readonly provider: string
  readonly model: string
  readonly to: { readonly provider: string; readonly model: string }
}

/** `price` buys `per` units. In a contract's prices and in manual rows the price may be called `usd` as well. */
export interface UnitPrice {
  readonly usd?: string | undefined
  readonly price?: string | undefined
  readonly per: number
}

/**
 * Prices agreed with a provider: a discount or a markup on the list price, or fixed prices of single meters, for which the
 * others keep the catalogue's. Per meter the most specific contract wins, and contracts do not stack.
 */
export interface PriceContract {
  readonly id: string
  readonly provider: string
  /** The whole name of the priced model; `*` stands for any characters. */
  readonly model_pattern: string
  readonly scope?: {
    readonly billing_account?: string
    readonly team?: string
    readonly region?: string
    readonly service_tier?: string
  }
  readonly discount_percent?: string
  readonly markup_percent?: string
  readonly prices?: Readonly<Record<string, UnitPrice>>
  readonly effective_from: string
  /** Exclusive. */
  readonly effective_to?: string
  /** Of `prices`; default USD. */
  readonly currency?: string
  /** The rate that was agreed on, whatever the table of rates says, for as long as the contract holds. */
  readonly rate?: ExchangeRate
  /** The larger wins between equally specific ones; default 0. */
  readonly priority?: number
  /** What the provider reports as cost is the cost. */
  readonly trust_provider_cost?: boolean
}

/** A price of the operator's own: of a model that no catalogue has, or instead of the catalogue's where both hold. */
export interface ManualRow {
  readonly provider: string
  readonly model: string
  readonly region?: string
  readonly service_tier?: string
  readonly from?: string
  /** Exclusive. */
  readonly to?: string
  readonly schedule?: Schedule
  readonly band?: { readonly gt: number } | { readonly gte: number }
  readonly meters?: Readonly<Record<string, UnitPrice>>
  /** Costs nothing, and is meant to. */
  readonly free?: boolean
  readonly minimum?: Readonly<Record<string, number>>
  /** Of `meters`; default USD. */
  readonly currency?: string
}

/** One unit of `base` is `rate` units of `quote`, from that UTC date on until the next. */
export interface ExchangeRate {
  readonly base: string
  readonly quote: string
  readonly date: string
  readonly rate: string
  readonly source: string
}

/** How much a token weighs: decimal strings; by default 1, 0.1 and 4. Input is what was not read from a cache. */
export interface TokenWeights {
  readonly input?: string
  readonly cache_read?: string
  readonly output?: string
}

/**
 * Capacity that is paid by the hour: machines of one's own that serve models, or throughput bought from a provider. One whose
 * cost changes ends, and another begins.
 */
export interface CostPool {
  readonly id: string
  /** Requests of these are its own; `*` is every model of the provider. They have no price per token. */
  readonly provider: string
  readonly models: readonly string[]
  readonly region?: string
  /** Only requests with one of these service tiers. Absent: all but those whose tier says that they overflowed. */
  readonly service_tiers?: readonly string[]
  /** USD (or `currency`) per hour: hardware, electricity and overhead are added up. */
  readonly units: number
  readonly per_unit_hour?: string
  /** Paid for the whole term [from, to) in advance, which needs `to`: every hour of it costs the same, exactly. */
  readonly prepaid?: string
  readonly electricity?: {
    /** Of the whole pool. */
    readonly kw: string
    readonly per_kwh: string
    readonly pue?: string
    readonly currency?: string
  }
  readonly overhead_per_hour?: string
  readonly currency?: string
  readonly from: string
  /** Exclusive. */
  readonly to?: string
  readonly weigh: 'token_seconds' | 'tokens' | 'request_seconds'
  /** What its whole capacity weighs in an hour; absent: it was busy while any request ran. */
  readonly capacity_per_hour?: string
  /** Of `tokens`. */
  readonly weights?: TokenWeights
  /** Of single models, in place of `weights`: a provider's published ratios. */
  readonly weights_by_model?: Readonly<Record<string, TokenWeights>>
  /** `line` (default): idle capacity is an entry of its own; `spread`: it is shared out over the requests. */
  readonly idle?: 'line' | 'spread'
  /** Who pays for what nobody used; default `default`, and no team. */
  readonly tenant?: string
  readonly team?: string
}

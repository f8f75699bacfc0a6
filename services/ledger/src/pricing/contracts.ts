import type { PriceContract } from '@spanledger/schemas/prices/overrides'
import { meterNumber, meterPrice } from './compiled-row.ts'
import { type ExactDecimal, exactDecimal } from './exact-price.ts'
import { priceText } from './manual-rows.ts'
import { resolveProvider } from './provider.ts'
import { currencyOf, type RateUsed, rateUsed } from './rates.ts'
import { inZone } from './region.ts'
import { normaliseTier } from './tier.ts'
import { utcInstant } from './utc-instant.ts'

/** A contract made ready. */
export interface Contract {
  readonly id: string
  /** Its place in the order of precedence: of one id there may be several, one after the other. */
  readonly place: number
  readonly provider: string
  readonly covers: (name: string) => boolean
  /** What a list price is multiplied with, and how that is called: `-12.5%`. */
  readonly factor?: { readonly exact: ExactDecimal; readonly adjustment: string }
  /** Fixed prices by meter, in `currency`. */
  readonly prices: ReadonlyMap<number, { readonly text: string; readonly per: number }>
  readonly currency: string
  readonly rate?: RateUsed
  readonly trusts: boolean
  readonly scope: Scope
  readonly from: number
  readonly to: number
}

interface Scope {
  readonly billingAccount?: string | undefined
  readonly team?: string | undefined
  readonly region?: string | undefined
  readonly serviceTier?: string | undefined
}

/** Whom a request is of, as contracts are scoped; '' for what is not known. */
export interface ContractQuery {
  readonly provider: string
  readonly tier: string
  readonly region: string
  readonly billingAccount: string
  readonly team: string
  readonly at: number
}

export interface ContractBook {
  /** Of the query's provider and scope, what holds then, first what goes before; the same in [from, to). */
  active(query: ContractQuery): { readonly contracts: readonly Contract[]; readonly from: number; readonly to: number }
  /** Accounts and teams that some contract is only for. */
  readonly accounts: ReadonlySet<string>
  readonly teams: ReadonlySet<string>
}

/** The pricing specification, 8. Throws RangeError for a contract that cannot be read. */
export function createContractBook(contracts: readonly PriceContract[]): ContractBook {
  const sorted = contracts.toSorted(precedence).map(compile)
  const scoped = (field: 'billingAccount' | 'team') =>
    new Set(sorted.flatMap(({ scope }) => (scope[field] === undefined ? [] : [scope[field]])))
  return {
    active(query) {
      let [from, to] = [-Infinity, Infinity]
      const active: Contract[] = []
      for (const contract of sorted) {
        if (contract.provider !== query.provider || !isFor(contract.scope, query)) continue
        for (const edge of [contract.from, contract.to]) {
          if (edge <= query.at && edge > from) from = edge
          if (edge > query.at && edge < to) to = edge
        }
        if (contract.from <= query.at && query.at < contract.to) active.push(contract)
      }
      return { contracts: active, from, to }
    },
    accounts: scoped('billingAccount'),
    teams: scoped('team'),
  }
}

/**
 * The most specific first: a name without wildcard, a longer pattern, more scope; then priority, then the latest start.
 * That a fixed price goes before a discount is for the meter to say.
 */
function precedence(a: PriceContract, b: PriceContract): number {
  const whole = (contract: PriceContract) => (contract.model_pattern.includes('*') ? 0 : 1)
  const length = (contract: PriceContract) => patternOf(contract).length
  const fields = (contract: PriceContract) => Object.values(contract.scope ?? {}).filter((value) => value).length
  const start = (contract: PriceContract) => utcInstant(contract.effective_from, `contract ${contract.id}`)
  return (
    whole(b) - whole(a) ||
    length(b) - length(a) ||
    fields(b) - fields(a) ||
    (b.priority ?? 0) - (a.priority ?? 0) ||
    start(b) - start(a) ||
    (a.id < b.id ? -1 : 1)
  )
}

function compile(contract: PriceContract, place: number): Contract {
  const what = `contract ${contract.id}`
  const provider = resolveProvider(contract.provider)
  const currency = currencyOf(contract.currency)
  const pattern = compileGlob(patternOf(contract))
  const { discount_percent: discount, markup_percent: markup, scope = {} } = contract
  if (discount !== undefined && markup !== undefined) throw new RangeError(`${what}: a discount and a markup`)
  const prices = new Map<number, { text: string; per: number }>()
  for (const [name, price] of Object.entries(contract.prices ?? {})) {
    const meter = meterNumber(name, what)
    const text = priceText(price)
    // an error is told when the overrides are read, not when the first request comes
    meterPrice(meter, text, price.per, { what, row: '', currency, rate: undefined })
    prices.set(meter, { text, per: price.per })
  }
  return {
    id: contract.id,
    place,
    provider,
    covers: (name) => pattern.test(name),
    ...(discount !== undefined && { factor: { exact: lessPercent(discount, what), adjustment: `-${discount}%` } }),
    ...(markup !== undefined && { factor: { exact: morePercent(markup, what), adjustment: `+${markup}%` } }),
    prices,
    currency,
    ...(contract.rate && { rate: rateUsed(contract.rate, currencyOfRate(contract), what) }),
    trusts: contract.trust_provider_cost ?? false,
    scope: {
      billingAccount: scope.billing_account?.trim(),
      team: scope.team?.trim(),
      region: scope.region?.trim().toLowerCase(),
      serviceTier: scope.service_tier && normaliseTier(provider, scope.service_tier),
    },
    from: utcInstant(contract.effective_from, what),
    to: contract.effective_to === undefined ? Infinity : utcInstant(contract.effective_to, what),
  }
}

/** A fixed rate is for the contract's own prices, or for list prices in another currency that it discounts. */
function currencyOfRate({ currency, rate }: PriceContract): string {
  const own = currencyOf(currency)
  if (own !== 'USD' || !rate) return own
  const base = currencyOf(rate.base)
  return base === 'USD' ? currencyOf(rate.quote) : base
}

function isFor(scope: Scope, query: ContractQuery): boolean {
  const { billingAccount, team, region, serviceTier } = scope
  return (
    (!billingAccount || billingAccount === query.billingAccount) &&
    (!team || team === query.team) &&
    (!region || inZone(query.region, region)) &&
    (!serviceTier || serviceTier === query.tier)
  )
}

function patternOf({ model_pattern }: PriceContract): string {
  return model_pattern.trim().toLowerCase().replace(/\*+/g, '*')
}

/** Only `*` is special: any characters, none too. Anchored at both ends. */
function compileGlob(pattern: string): RegExp {
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(`^${pattern.split('*').map(literal).join('.*')}$`, 's')
}

/** 1 - percent / 100. */
function lessPercent(text: string, what: string): ExactDecimal {
  const { digits, scale } = exactDecimal(text, `${what}: discount_percent`)
  const whole = 100n * 10n ** BigInt(scale)
  if (digits > whole) throw new RangeError(`${what}: discount_percent is above 100: ${text}`)
  return { digits: whole - digits, scale: scale + 2 }
}

/** 1 + percent / 100. */
function morePercent(text: string, what: string): ExactDecimal {
  const { digits, scale } = exactDecimal(text, `${what}: markup_percent`)
  return { digits: 100n * 10n ** BigInt(scale) + digits, scale: scale + 2 }
}

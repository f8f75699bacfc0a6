import type { Prices } from '@spanledger/schemas/api/prices'
import { momentFrom } from '@spanledger/schemas/config/prices'
import type {
  CostPool,
  ManualRow,
  PriceContract,
  PriceOverrides,
  UnitPrice,
} from '@spanledger/schemas/prices/overrides'

type Shown = Pick<Prices, 'aliases' | 'contracts' | 'rows' | 'pools' | 'rates'>

/** What the configuration file adds to the catalogue, in words, with what holds by now. */
export function describeOverrides(overrides: PriceOverrides, nowMs: number): Shown {
  const { aliases = [], contracts = [], rows = [], pools = [], rates = [] } = overrides
  return {
    aliases: aliases.map(({ provider, model, to }) => ({ provider, model, to: { ...to } })),
    contracts: contracts.map((contract) => ({
      id: contract.id,
      provider: contract.provider,
      model_pattern: contract.model_pattern,
      scope: scopeOf(contract),
      terms: termsOf(contract),
      ...validityOf(contract.effective_from, contract.effective_to, nowMs),
    })),
    rows: rows.map((row) => ({
      provider: row.provider,
      model: row.model,
      only: onlyOf(row),
      prices: row.free ? ['free'] : pricesOf(row.meters ?? {}, row.currency),
      ...validityOf(row.from, row.to, nowMs),
    })),
    pools: pools.map((pool) => ({
      id: pool.id,
      provider: pool.provider,
      models: [...pool.models],
      cost: costOf(pool),
      ...validityOf(pool.from, pool.to, nowMs),
    })),
    rates: rates.map(({ base, quote, date, rate, source }) => ({ base, quote, date, rate, source })),
  }
}

function validityOf(from: string | undefined, to: string | undefined, nowMs: number) {
  const [start, end] = [from && momentFrom(from), to && momentFrom(to)]
  const state =
    typeof end === 'number' && end <= nowMs ? 'over' : typeof start === 'number' && start > nowMs ? 'later' : 'in_force'
  return { from: from ?? null, to: to ?? null, state } as const
}

function scopeOf({ scope = {} }: PriceContract): string[] {
  return Object.entries(scope).map(([field, value]) => `${field.replace('_', ' ')} ${value}`)
}

function termsOf(contract: PriceContract): string[] {
  const { discount_percent: discount, markup_percent: markup, prices, trust_provider_cost: trust, rate } = contract
  return [
    ...(discount === undefined ? [] : [`${discount} % off the list price`]),
    ...(markup === undefined ? [] : [`${markup} % on top of the list price`]),
    ...pricesOf(prices ?? {}, contract.currency),
    ...(trust ? ['what the provider reports is the cost'] : []),
    ...(rate ? [`1 ${rate.base} = ${rate.rate} ${rate.quote}`] : []),
  ]
}

function pricesOf(prices: Readonly<Record<string, UnitPrice>>, currency = 'USD'): string[] {
  return Object.entries(prices).map(([meter, { usd, price, per }]) => {
    const buys = per === 1 ? '' : ` / ${per === 1_000_000 ? 'million' : per === 1_000 ? 'thousand' : String(per)}`
    return `${meter.replaceAll('_', ' ')} ${price ?? usd ?? ''} ${currency}${buys}`
  })
}

function onlyOf({ region, service_tier: tier, band, schedule }: ManualRow): string[] {
  return [
    ...(tier === undefined ? [] : [tier]),
    ...(region === undefined ? [] : [region]),
    ...(band === undefined ? [] : [`${'gt' in band ? `> ${band.gt}` : `≥ ${band.gte}`} input tokens`]),
    ...(schedule === undefined ? [] : schedule.windows.map(([start, end]) => `${start}–${end} UTC`)),
  ]
}

function costOf(pool: CostPool): string[] {
  const { units, per_unit_hour: hourly, prepaid, electricity, overhead_per_hour: overhead, currency = 'USD' } = pool
  return [
    ...(hourly === undefined ? [] : [`${units} × ${hourly} ${currency} / hour`]),
    ...(prepaid === undefined ? [] : [`${prepaid} ${currency} in advance`]),
    ...(electricity === undefined
      ? []
      : [`${electricity.kw} kW × ${electricity.per_kwh} ${electricity.currency ?? currency} / kWh`]),
    ...(overhead === undefined ? [] : [`${overhead} ${currency} / hour on top`]),
  ]
}

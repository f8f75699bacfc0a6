import type { PriceEngine } from '@spanledger/ledger/pricing/engine'
import type { PriceRequest } from '@spanledger/ledger/pricing/types'
import { readIsoTime, judgeEventTime } from '@spanledger/schemas/events/event-time'
import { type UsageFormat, usageFormats } from '@spanledger/schemas/events/usage'
import { readUsage } from '@spanledger/schemas/events/usage-formats'
import { decimalFromAtto } from '@spanledger/schemas/money'
import type { PriceOverrides } from '@spanledger/schemas/prices/catalogue'

/** One usage to price, as a line of `--cases` has it. Unknown fields are ignored. */
export interface PriceCase {
  readonly id?: unknown
  readonly provider?: unknown
  readonly model?: unknown
  readonly at?: unknown
  readonly usage?: unknown
  readonly usage_format?: unknown
  readonly service_tier?: unknown
  readonly region?: unknown
  readonly overrides?: PriceOverrides & { readonly contracts?: unknown }
}

export interface PricedMeter {
  readonly meter: string
  readonly quantity: string
  readonly unit_price_usd: string
  readonly per: number
  readonly usd: string
}

/** `usd` is null when unpriced, rejected or skipped (a rule this version does not have; `reason` says which). */
export interface PricedCase {
  readonly id: unknown
  readonly status: 'priced' | 'free' | 'estimated' | 'unpriced' | 'rejected' | 'skipped'
  readonly usd: string | null
  readonly list_usd: string | null
  readonly meters: readonly PricedMeter[]
  readonly warnings: readonly string[]
  readonly reason?: string
}

/** Prices with the ledger's own engine and its own rules for what is refused. `engineFor` gives one for the overrides. */
export function priceCase(
  input: PriceCase,
  engineFor: (overrides: PriceOverrides) => PriceEngine,
  nowMs: number,
): PricedCase {
  const id = input.id ?? null
  const { contracts, ...overrides } = input.overrides ?? {}
  if (contracts !== undefined) return without(id, 'skipped', [], 'contracts are not in this version')
  const request = readCase(input, nowMs)
  if (typeof request === 'string') return without(id, 'rejected', [request])
  const engine = engineFor(overrides)
  const { state, costAtto, listAtto, warnings } = engine.price(request)
  const isUnpriced = state === 'unpriced'
  return {
    id,
    status: state,
    usd: isUnpriced ? null : decimalFromAtto(costAtto),
    list_usd: isUnpriced ? null : decimalFromAtto(listAtto),
    meters: engine.lines(request).map((line) => ({
      meter: line.meter,
      quantity: String(line.quantity),
      unit_price_usd: line.unitPrice,
      per: line.per,
      usd: decimalFromAtto(line.amountAtto),
    })),
    warnings,
  }
}

/** The request, or the code it is refused with. */
function readCase(input: PriceCase, nowMs: number): PriceRequest | string {
  const { provider, model, at, usage, usage_format = 'canonical', service_tier, region } = input
  if (typeof provider !== 'string' || provider.trim() === '') return 'PROVIDER_MISSING'
  if (typeof model !== 'string') return 'MODEL_MISSING'
  const atMs = typeof at === 'string' ? readIsoTime(at) : undefined
  if (atMs === undefined) return 'TIME_INVALID'
  const refused = judgeEventTime(atMs, nowMs)
  if (refused !== undefined) return refused
  if (!usageFormats.includes(usage_format as UsageFormat)) return 'USAGE_FORMAT_UNKNOWN'
  const read = usage === undefined || usage === null ? undefined : readUsage(usage_format as UsageFormat, usage)
  if (read && read.kind !== 'ok') return read.reason
  return {
    provider,
    requestModel: model,
    at: atMs,
    ...(read && { usage: read.value }),
    ...(typeof service_tier === 'string' && { serviceTier: service_tier }),
    ...(typeof region === 'string' && { region }),
  }
}

function without(
  id: unknown,
  status: 'rejected' | 'skipped',
  warnings: readonly string[],
  reason?: string,
): PricedCase {
  return { id, status, usd: null, list_usd: null, meters: [], warnings, ...(reason !== undefined && { reason }) }
}

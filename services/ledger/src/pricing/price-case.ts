import { decimalFromAtto } from '@spanledger/schemas/money'
import { judgeEventTime, readIsoTime } from '@spanledger/schemas/events/event-time'
import { type UsageFormat, usageFormats } from '@spanledger/schemas/events/usage'
import { readUsage } from '@spanledger/schemas/events/usage-formats'
import type { PriceOverrides } from '@spanledger/schemas/prices/overrides'
import type { PriceEngine } from './engine.ts'
import { resolveProvider } from './provider.ts'
import type { PriceLine, PriceRequest } from './types.ts'

/** One usage to price, as a line of JSON has it. Unknown fields are ignored. */
export interface PriceCase {
  readonly id?: unknown
  readonly provider?: unknown
  readonly model?: unknown
  /** Where the response named another model than the request. */
  readonly response_model?: unknown
  /** The host that was called: decides what `openai` really is. */
  readonly server_address?: unknown
  readonly at?: unknown
  readonly usage?: unknown
  readonly usage_format?: unknown
  readonly service_tier?: unknown
  readonly region?: unknown
  readonly billing_account?: unknown
  readonly overrides?: Omit<PriceOverrides, 'contracts'> & { readonly contracts?: unknown }
}

/** quantity x unit_price_usd / per = usd; durations in seconds. */
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
    meters: engine.lines(request).map(meterOf),
    warnings,
  }
}

/** The request, or the code it is refused with. */
function readCase(input: PriceCase, nowMs: number): PriceRequest | string {
  const { provider, model, at, usage, usage_format = 'canonical' } = input
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
    provider: resolveProvider(provider, text(input.server_address)),
    requestModel: model,
    responseModel: text(input.response_model),
    at: atMs,
    serviceTier: text(input.service_tier),
    region: text(input.region),
    billingAccount: text(input.billing_account),
    ...(read && { usage: read.value }),
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

const microsPerSecond = 1_000_000
const attoPerMicro = 10n ** 12n

function meterOf({ meter, quantity, unitPrice, per, amountAtto }: PriceLine): PricedMeter {
  const isTime = meter === 'audio_seconds'
  return {
    meter,
    quantity: isTime ? decimalFromAtto(quantity * attoPerMicro) : String(quantity),
    unit_price_usd: unitPrice,
    per: isTime ? per / microsPerSecond : per,
    usd: decimalFromAtto(amountAtto),
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

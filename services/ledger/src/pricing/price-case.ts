import { attoFromDecimal, decimalFromAtto, divideHalfEven } from '@spanledger/schemas/money'
import { judgeEventTime, readIsoTime } from '@spanledger/schemas/events/event-time'
import { type UsageFormat, usageFormats } from '@spanledger/schemas/events/usage'
import { readUsage } from '@spanledger/schemas/events/usage-formats'
import type { PriceOverrides } from '@spanledger/schemas/prices/overrides'
import type { PriceEngine } from './engine.ts'
import { decimalText, exactDecimal, multiplied } from './exact-price.ts'
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
  readonly team?: unknown
  /** USD, a decimal string: what the provider itself says it cost. */
  readonly reported_cost?: unknown
  /** How long it ran: what some cost pools weigh by. */
  readonly latency_ms?: unknown
  readonly overrides?: PriceOverrides
}

/** quantity x unit_price_usd / per = usd; durations in seconds. */
export interface PricedMeter {
  readonly meter: string
  readonly quantity: string
  readonly unit_price_usd: string
  readonly per: number
  readonly usd: string
  /** Where the price is in another currency: that price, and the rate that makes `unit_price_usd` of it. */
  readonly currency?: string
  readonly unit_price?: string
  readonly amount?: string
  readonly fx_rate?: string
  readonly fx_rate_id?: string
}

/** `usd` is null when unpriced or rejected. */
export interface PricedCase {
  readonly id: unknown
  readonly status: 'priced' | 'free' | 'estimated' | 'unpriced' | 'rejected'
  readonly usd: string | null
  readonly list_usd: string | null
  readonly meters: readonly PricedMeter[]
  readonly warnings: readonly string[]
  /** Where contracts priced it. */
  readonly contract_id?: string
}

/** Prices with the ledger's own engine and its own rules for what is refused. `engineFor` gives one for the overrides. */
export function priceCase(
  input: PriceCase,
  engineFor: (overrides: PriceOverrides) => PriceEngine,
  nowMs: number,
): PricedCase {
  const id = input.id ?? null
  const request = readCase(input, nowMs)
  if (typeof request === 'string') {
    return { id, status: 'rejected', usd: null, list_usd: null, meters: [], warnings: [request] }
  }
  const engine = engineFor(input.overrides ?? {})
  const { state, costAtto, listAtto, contractId, warnings } = engine.price(request)
  const isUnpriced = state === 'unpriced'
  return {
    id,
    status: state,
    usd: isUnpriced ? null : decimalFromAtto(costAtto),
    list_usd: isUnpriced ? null : decimalFromAtto(listAtto),
    meters: engine.lines(request).map(meterOf),
    warnings,
    ...(contractId !== '' && { contract_id: contractId }),
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
    billingAccount: text(input.billing_account).trim(),
    team: text(input.team).trim(),
    ...(input.reported_cost !== undefined && { reportedCostAtto: attoFromDecimal(text(input.reported_cost)) }),
    ...(typeof input.latency_ms === 'number' && input.latency_ms >= 0 && { latencyMs: input.latency_ms }),
    ...(read && { usage: read.value }),
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

const microsPerSecond = 1_000_000
const attoPerMicro = 10n ** 12n

function meterOf(line: PriceLine): PricedMeter {
  const { meter, unitPrice, rate } = line
  const isTime = meter === 'audio_seconds'
  return {
    meter,
    quantity: isTime ? decimalFromAtto(line.quantity * attoPerMicro) : String(line.quantity),
    unit_price_usd: rate ? inUsd(unitPrice, rate) : unitPrice,
    per: isTime ? line.per / microsPerSecond : line.per,
    usd: decimalFromAtto(line.amountAtto),
    ...(rate && {
      currency: line.currency,
      unit_price: unitPrice,
      amount: decimalFromAtto(line.nativeAtto),
      fx_rate: rate.rate,
      fx_rate_id: rate.id,
    }),
  }
}

/** Exact where the rate multiplies; where it divides, rounded half-even at 18 decimals. */
function inUsd(unitPrice: string, { rate, divides }: NonNullable<PriceLine['rate']>): string {
  const [price, factor] = [exactDecimal(unitPrice, 'unit price'), exactDecimal(rate, 'rate')]
  if (!divides) return decimalText(multiplied(price, factor))
  const scale = 10n ** BigInt(18 + factor.scale)
  return decimalFromAtto(divideHalfEven(price.digits * scale, factor.digits * 10n ** BigInt(price.scale)))
}

import { decimalFromAtto } from '@spanledger/schemas/money'
import { readIsoTime } from '@spanledger/schemas/events/event-time'
import { type UsageFormat, usageFormats } from '@spanledger/schemas/events/usage'
import { readUsage } from '@spanledger/schemas/events/usage-formats'
import type { Catalogue, PriceOverrides } from '@spanledger/schemas/prices/catalogue'
import { createPriceEngine, type PriceEngine } from './engine.ts'
import { resolveProvider } from './provider.ts'
import type { PriceLine, PriceRequest } from './types.ts'

/** One question to the engine, as JSON lines carry it. */
export interface PriceCase {
  readonly id: string
  readonly provider: string
  readonly model: string
  /** Where the response named another model than the request. */
  readonly response_model?: string
  readonly server_address?: string
  readonly at: string
  readonly usage: unknown
  readonly usage_format?: string
  readonly service_tier?: string | null
  readonly region?: string | null
  readonly billing_account?: string | null
  readonly overrides?: PriceOverrides & { readonly contracts?: readonly unknown[] }
}

/** Amounts and prices are exact decimal strings in USD; `usd` is null where the price is not known in full. */
export interface CaseResult {
  readonly id: string
  readonly status: 'priced' | 'free' | 'estimated' | 'unpriced' | 'rejected' | 'skipped'
  readonly usd: string | null
  readonly list_usd: string | null
  readonly meters: readonly CaseMeter[]
  readonly warnings: readonly string[]
  /** Why a case is rejected (the message) or skipped. */
  readonly reason?: string
}

export interface CaseMeter {
  readonly meter: string
  readonly quantity: string
  readonly unit_price_usd: string
  readonly per: number
  readonly usd: string
}

/** Prices JSON lines with the ledger's own engine; one result per line that is not blank, in order. */
export function* priceCases(
  lines: Iterable<string>,
  options: { catalogue: Catalogue; overrides?: PriceOverrides },
): Generator<CaseResult> {
  const engines = new Map<string, PriceEngine>()
  let number = 0
  for (const line of lines) {
    number += 1
    if (line.trim() === '') continue
    const parsed = parse(line, number)
    if ('status' in parsed) yield parsed
    else yield priceCase(parsed, engineFor(parsed))
  }

  function engineFor(item: PriceCase): PriceEngine {
    const aliases = [...(options.overrides?.aliases ?? []), ...(item.overrides?.aliases ?? [])]
    const key = JSON.stringify(aliases)
    let engine = engines.get(key)
    if (!engine)
      engines.set(key, (engine = createPriceEngine({ catalogue: options.catalogue, overrides: { aliases } })))
    return engine
  }
}

function parse(line: string, number: number): PriceCase | CaseResult {
  const id = `line ${number}`
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return without(id, 'rejected', 'EVENT_NOT_OBJECT', 'not JSON')
  }
  if (typeof value !== 'object' || value === null) return without(id, 'rejected', 'EVENT_NOT_OBJECT', 'not an object')
  const item = value as Partial<PriceCase>
  for (const field of ['provider', 'model', 'at'] as const) {
    if (typeof item[field] !== 'string')
      return without(item.id ?? id, 'rejected', 'FIELD_INVALID', `${field} is missing`)
  }
  return { ...(item as PriceCase), id: item.id ?? id }
}

function priceCase(item: PriceCase, engine: PriceEngine): CaseResult {
  const { id } = item
  if (item.overrides?.contracts?.length) return without(id, 'skipped', undefined, 'contracts are not built yet')
  const at = readIsoTime(item.at)
  if (at === undefined) return without(id, 'rejected', 'TIME_INVALID', `at is not a time with a zone: ${item.at}`)
  const format = item.usage_format ?? 'canonical'
  if (!isUsageFormat(format)) return without(id, 'rejected', 'USAGE_FORMAT_UNKNOWN', format)
  const usage = readUsage(format, item.usage ?? {})
  if (usage.kind === 'reject') return without(id, 'rejected', usage.reason, usage.message)
  const request: PriceRequest = {
    provider: resolveProvider(item.provider, item.server_address),
    requestModel: item.model,
    responseModel: item.response_model ?? '',
    at,
    serviceTier: item.service_tier ?? '',
    region: item.region ?? '',
    billingAccount: item.billing_account ?? '',
    ...(usage.kind === 'ok' ? { usage: usage.value } : {}),
  }
  const result = engine.price(request)
  const known = result.state !== 'unpriced'
  return {
    id,
    status: result.state,
    usd: known ? decimalFromAtto(result.costAtto) : null,
    list_usd: known ? decimalFromAtto(result.listAtto) : null,
    meters: engine.lines(request).map(meterOf),
    warnings: result.warnings,
  }
}

function isUsageFormat(text: string): text is UsageFormat {
  return (usageFormats as readonly string[]).includes(text)
}

const microsPerSecond = 1_000_000n

function meterOf(line: PriceLine): CaseMeter {
  const { meter, unitPrice, amountAtto } = line
  const seconds = meter === 'audio_seconds'
  return {
    meter,
    quantity: seconds ? decimalFromAtto(line.quantity * 10n ** 12n) : String(line.quantity),
    unit_price_usd: unitPrice,
    per: seconds ? line.per / Number(microsPerSecond) : line.per,
    usd: decimalFromAtto(amountAtto),
  }
}

function without(id: string, status: 'rejected' | 'skipped', code: string | undefined, reason: string): CaseResult {
  return { id, status, usd: null, list_usd: null, meters: [], warnings: code === undefined ? [] : [code], reason }
}

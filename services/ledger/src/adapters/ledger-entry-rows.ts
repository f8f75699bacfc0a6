import { type Attribution, dimensions, untagged } from '@spanledger/schemas/events/dimensions'
import { attoFromDecimal } from '@spanledger/schemas/money'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { bytesFromUuid } from '@spanledger/schemas/uuid'

/** A row of `SELECT ${entryColumns} FROM ledger` as the client returns it: decimals and 64-bit integers are strings. */
export type EntryRow = Readonly<Record<string, unknown>>

const times = ['at', 'received_at', 'recorded_at', 'priced_at'] as const

/**
 * What to select to read entries back: `SELECT ${entryColumns} FROM ledger WHERE …`. Times come as milliseconds under
 * names of their own (`at_ms`), so that the condition can still use the columns.
 */
export const entryColumns = [
  'entry_id, kind, identity, identity_keys, parent_keys, revision, reason, source, sources, dialect, source_rank, scope',
  ...times.map((name) => `toUnixTimestamp64Milli(${name}) AS ${name}_ms`),
  'provider, model, request_model, response_model, model_tier, operation, service_tier, region, status, error_type',
  `billing_account, tenant, ${dimensions.join(', ')}, tags`,
  'requests, input_tokens, uncached_tokens, cache_read_tokens, cache_write_tokens, cache_write_5m_tokens',
  'cache_write_1h_tokens, output_tokens, reasoning_tokens, other_units, reported_units',
  'cost, cost_input, cost_cache_read, cost_cache_write, cost_output, cost_other',
  'list_cost, cost_without_cache, accrued_cost, accrual_basis, reported_cost',
  'price_state, unpriced_requests, unpriced_tokens, price_version, price_rows, contract_id, context_band, matched_by',
  'warnings, latency_ms, ttft_ms, quality_score, result_cache, trace_id, span_id, parent_span_id, response_id, observations',
].join(', ')

/** The inverse of `encodeEntries`, exactly. */
export function readEntries(rows: readonly EntryRow[]): LedgerEntry[] {
  return rows.map(readEntry)
}

function readEntry(row: EntryRow): LedgerEntry {
  const text = (name: string) => row[name] as string
  const texts = (name: string) => row[name] as string[]
  const integer = (name: string) => Number(row[name])
  const money = (name: string) => attoFromDecimal(row[name] as string)
  const optional = (name: string) => (row[name] === null ? null : Number(row[name]))
  return {
    entryId: bytesFromUuid(text('entry_id')),
    kind: row.kind as LedgerEntry['kind'],
    identity: bytesFromUuid(text('identity')),
    identityKeys: texts('identity_keys').map(bytesFromUuid),
    parentKeys: texts('parent_keys').map(bytesFromUuid),
    revision: integer('revision'),
    reason: text('reason'),
    at: integer('at_ms'),
    receivedAt: integer('received_at_ms'),
    recordedAt: integer('recorded_at_ms'),
    pricedAt: integer('priced_at_ms'),
    source: text('source'),
    sources: texts('sources'),
    dialect: text('dialect'),
    sourceRank: integer('source_rank'),
    scope: text('scope'),

    provider: text('provider'),
    model: text('model'),
    requestModel: text('request_model'),
    responseModel: text('response_model'),
    modelTier: text('model_tier'),
    operation: text('operation'),
    serviceTier: text('service_tier'),
    region: text('region'),
    status: text('status'),
    errorType: text('error_type'),
    billingAccount: text('billing_account'),

    tenant: text('tenant'),
    attribution: readAttribution(row),
    tags: row.tags as Record<string, string>,

    requests: integer('requests'),
    inputTokens: integer('input_tokens'),
    uncachedTokens: integer('uncached_tokens'),
    cacheReadTokens: integer('cache_read_tokens'),
    cacheWriteTokens: integer('cache_write_tokens'),
    cacheWrite5mTokens: integer('cache_write_5m_tokens'),
    cacheWrite1hTokens: integer('cache_write_1h_tokens'),
    outputTokens: integer('output_tokens'),
    reasoningTokens: integer('reasoning_tokens'),
    otherUnits: readOtherUnits(row.other_units as Record<string, string>),
    reportedUnits: integer('reported_units'),

    cost: money('cost'),
    costInput: money('cost_input'),
    costCacheRead: money('cost_cache_read'),
    costCacheWrite: money('cost_cache_write'),
    costOutput: money('cost_output'),
    costOther: money('cost_other'),
    listCost: money('list_cost'),
    costWithoutCache: money('cost_without_cache'),
    accruedCost: money('accrued_cost'),
    accrualBasis: text('accrual_basis'),
    reportedCost: row.reported_cost === null ? null : money('reported_cost'),

    priceState: row.price_state as LedgerEntry['priceState'],
    unpricedRequests: integer('unpriced_requests'),
    unpricedTokens: integer('unpriced_tokens'),
    priceVersion: text('price_version'),
    priceRows: texts('price_rows'),
    contractId: text('contract_id'),
    contextBand: text('context_band'),
    matchedBy: text('matched_by'),
    warnings: texts('warnings'),

    latencyMs: optional('latency_ms'),
    ttftMs: optional('ttft_ms'),
    qualityScore: optional('quality_score'),
    resultCache: text('result_cache'),

    traceId: text('trace_id'),
    spanId: text('span_id'),
    parentSpanId: text('parent_span_id'),
    responseId: text('response_id'),
    observations: texts('observations'),
  }
}

/** What is stored as empty, or as `untagged`, was not given. */
function readAttribution(row: EntryRow): Attribution {
  const attribution: Partial<Record<keyof Attribution, string>> = {}
  for (const dimension of dimensions) {
    const value = row[dimension] as string
    const missing = dimension === 'team' || dimension === 'feature' ? untagged : ''
    if (value !== missing) attribution[dimension] = value
  }
  return attribution
}

const microPerAtto = 10n ** 12n

function readOtherUnits(units: Readonly<Record<string, string>>): Record<string, bigint> {
  return Object.fromEntries(
    Object.entries(units).map(([meter, amount]) => [meter, attoFromDecimal(amount) / microPerAtto]),
  )
}

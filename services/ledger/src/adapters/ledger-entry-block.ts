import type { NativeBlock } from '@spanledger/runtime/clickhouse/client'
import { column, createBlock } from '@spanledger/runtime/clickhouse/native'
import { untagged } from '@spanledger/schemas/events/dimensions'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { createReportingDay } from './reporting-day.ts'

export interface EncodeOptions {
  /** The reporting time zone (IANA), in which `day` is counted. */
  readonly timeZone: string
  /** Which ledger writes them. */
  readonly writer?: string
}

const { uuid, string, lowCardinality, dateTime64, dateTime, date, uint32, int64, decimal } = column
const usd = () => decimal(18)

/** Every column of `ledger`, in the order of its DDL. */
function createLedgerBlock() {
  return createBlock({
    entry_id: uuid(),
    kind: lowCardinality(),
    identity: uuid(),
    identity_keys: column.array(uuid()),
    parent_keys: column.array(uuid()),
    revision: uint32(),
    reason: lowCardinality(),
    at: dateTime64(),
    minute: dateTime(),
    hour: dateTime(),
    day: date(),
    received_at: dateTime64(),
    recorded_at: dateTime64(),
    priced_at: dateTime64(),
    source: lowCardinality(),
    sources: column.array(lowCardinality()),
    dialect: lowCardinality(),
    source_rank: column.uint8(),
    scope: lowCardinality(),

    provider: lowCardinality(),
    model: lowCardinality(),
    request_model: lowCardinality(),
    response_model: lowCardinality(),
    model_tier: lowCardinality(),
    operation: lowCardinality(),
    service_tier: lowCardinality(),
    region: lowCardinality(),
    status: lowCardinality(),
    error_type: lowCardinality(),
    billing_account: lowCardinality(),

    tenant: lowCardinality(),
    customer: string(),
    environment: lowCardinality(),
    project: lowCardinality(),
    team: lowCardinality(),
    feature: lowCardinality(),
    user: string(),
    user_segment: lowCardinality(),
    session: string(),
    workflow: lowCardinality(),
    release: lowCardinality(),
    prompt_version: lowCardinality(),
    service: lowCardinality(),
    tags: column.map(lowCardinality(), string()),

    requests: int64(),
    input_tokens: int64(),
    uncached_tokens: int64(),
    cache_read_tokens: int64(),
    cache_write_tokens: int64(),
    cache_write_5m_tokens: int64(),
    cache_write_1h_tokens: int64(),
    output_tokens: int64(),
    reasoning_tokens: int64(),
    other_units: column.map(lowCardinality(), decimal(6)),
    reported_units: uint32(),

    cost: usd(),
    cost_input: usd(),
    cost_cache_read: usd(),
    cost_cache_write: usd(),
    cost_output: usd(),
    cost_other: usd(),
    list_cost: usd(),
    cost_without_cache: usd(),
    accrued_cost: usd(),
    accrual_basis: string(),
    reported_cost: column.nullable(usd(), 0n),

    price_state: lowCardinality(),
    unpriced_requests: int64(),
    unpriced_tokens: int64(),
    price_version: lowCardinality(),
    price_rows: column.array(lowCardinality()),
    contract_id: lowCardinality(),
    context_band: lowCardinality(),
    matched_by: lowCardinality(),
    warnings: column.array(lowCardinality()),

    latency_ms: column.nullable(uint32(), 0),
    ttft_ms: column.nullable(uint32(), 0),
    quality_score: column.nullable(column.float32(), 0),
    result_cache: lowCardinality(),

    trace_id: string(),
    span_id: string(),
    parent_span_id: string(),
    response_id: string(),
    observations: column.array(string()),
    writer: lowCardinality(),
  })
}

// One for all callers: encoding is synchronous, and the block it returns has memory of its own.
const block = createLedgerBlock()
let reportingDay = createReportingDay('UTC')
let reportingZone = 'UTC'

/**
 * The entries as one block for `ledger`. Times lose what is below a millisecond, latencies are rounded to whole ones.
 * A value that its column cannot hold throws RangeError: reading lets none through.
 */
export function encodeEntries(entries: readonly LedgerEntry[], options: EncodeOptions): NativeBlock {
  if (options.timeZone !== reportingZone) {
    reportingDay = createReportingDay(options.timeZone)
    reportingZone = options.timeZone
  }
  try {
    const { writer = '' } = options
    for (let i = 0; i < entries.length; i++) {
      appendEntry(entries[i] as LedgerEntry)
      block.columns.writer.append(writer)
    }
    return block.finish()
  } catch (error) {
    block.reset()
    throw error
  }
}

function appendEntry(entry: LedgerEntry): void {
  appendKeys(entry)
  appendWhat(entry)
  appendWho(entry)
  appendHowMuch(entry)
  appendPrice(entry)
}

const { columns } = block

function appendKeys(entry: LedgerEntry): void {
  const at = Math.floor(entry.at)
  const minute = Math.floor(at / 60_000) * 60
  columns.entry_id.append(entry.entryId)
  columns.kind.append(entry.kind)
  columns.identity.append(entry.identity)
  columns.identity_keys.append(entry.identityKeys)
  columns.parent_keys.append(entry.parentKeys)
  columns.revision.append(entry.revision)
  columns.reason.append(entry.reason)
  columns.at.append(at)
  columns.minute.append(minute)
  columns.hour.append(minute - (minute % 3600))
  columns.day.append(reportingDay(at))
  columns.received_at.append(Math.floor(entry.receivedAt))
  columns.recorded_at.append(Math.floor(entry.recordedAt))
  columns.priced_at.append(Math.floor(entry.pricedAt))
  columns.source.append(entry.source)
  columns.sources.append(entry.sources)
  columns.dialect.append(entry.dialect)
  columns.source_rank.append(entry.sourceRank)
  columns.scope.append(entry.scope)
  columns.trace_id.append(entry.traceId)
  columns.span_id.append(entry.spanId)
  columns.parent_span_id.append(entry.parentSpanId)
  columns.response_id.append(entry.responseId)
  columns.observations.append(entry.observations)
}

function appendWhat(entry: LedgerEntry): void {
  columns.provider.append(entry.provider)
  columns.model.append(entry.model)
  columns.request_model.append(entry.requestModel)
  columns.response_model.append(entry.responseModel)
  columns.model_tier.append(entry.modelTier)
  columns.operation.append(entry.operation)
  columns.service_tier.append(entry.serviceTier)
  columns.region.append(entry.region)
  columns.status.append(entry.status)
  columns.error_type.append(entry.errorType)
  columns.billing_account.append(entry.billingAccount)
  columns.latency_ms.append(entry.latencyMs === null ? null : Math.round(entry.latencyMs))
  columns.ttft_ms.append(entry.ttftMs === null ? null : Math.round(entry.ttftMs))
  columns.quality_score.append(entry.qualityScore)
  columns.result_cache.append(entry.resultCache)
}

function appendWho(entry: LedgerEntry): void {
  const { attribution } = entry
  columns.tenant.append(entry.tenant)
  columns.customer.append(attribution.customer ?? '')
  columns.environment.append(attribution.environment ?? '')
  columns.project.append(attribution.project ?? '')
  columns.team.append(attribution.team ?? untagged)
  columns.feature.append(attribution.feature ?? untagged)
  columns.user.append(attribution.user ?? '')
  columns.user_segment.append(attribution.user_segment ?? '')
  columns.session.append(attribution.session ?? '')
  columns.workflow.append(attribution.workflow ?? '')
  columns.release.append(attribution.release ?? '')
  columns.prompt_version.append(attribution.prompt_version ?? '')
  columns.service.append(attribution.service ?? '')
  columns.tags.append(entry.tags)
}

function appendHowMuch(entry: LedgerEntry): void {
  columns.requests.append(entry.requests)
  columns.input_tokens.append(entry.inputTokens)
  columns.uncached_tokens.append(entry.uncachedTokens)
  columns.cache_read_tokens.append(entry.cacheReadTokens)
  columns.cache_write_tokens.append(entry.cacheWriteTokens)
  columns.cache_write_5m_tokens.append(entry.cacheWrite5mTokens)
  columns.cache_write_1h_tokens.append(entry.cacheWrite1hTokens)
  columns.output_tokens.append(entry.outputTokens)
  columns.reasoning_tokens.append(entry.reasoningTokens)
  columns.other_units.append(entry.otherUnits)
  columns.reported_units.append(entry.reportedUnits)
}

function appendPrice(entry: LedgerEntry): void {
  columns.cost.append(entry.cost)
  columns.cost_input.append(entry.costInput)
  columns.cost_cache_read.append(entry.costCacheRead)
  columns.cost_cache_write.append(entry.costCacheWrite)
  columns.cost_output.append(entry.costOutput)
  columns.cost_other.append(entry.costOther)
  columns.list_cost.append(entry.listCost)
  columns.cost_without_cache.append(entry.costWithoutCache)
  columns.accrued_cost.append(entry.accruedCost)
  columns.accrual_basis.append(entry.accrualBasis)
  columns.reported_cost.append(entry.reportedCost)
  columns.price_state.append(entry.priceState)
  columns.unpriced_requests.append(entry.unpricedRequests)
  columns.unpriced_tokens.append(entry.unpricedTokens)
  columns.price_version.append(entry.priceVersion)
  columns.price_rows.append(entry.priceRows)
  columns.contract_id.append(entry.contractId)
  columns.context_band.append(entry.contextBand)
  columns.matched_by.append(entry.matchedBy)
  columns.warnings.append(entry.warnings)
}

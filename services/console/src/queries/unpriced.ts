import type { Narrowing } from '@spanledger/schemas/api/narrowing'
import type { AtRisk, Unpriced, UnpricedItem } from '@spanledger/schemas/api/unpriced'
import { attoFromDecimal, decimalFromAtto } from '@spanledger/schemas/money'
import type { LedgerReader, NearModels } from '../ports.ts'
import { adviceOf } from '../unpriced/advice.ts'
import { atRiskOf, type PricedModel } from '../unpriced/at-risk.ts'
import { instant } from './instant.ts'
import { narrowedSql } from './narrowed.ts'

/** Why there is no price; of several the first. */
const reasons = [
  'PROVIDER_UNKNOWN',
  'SELF_HOSTED_NO_COST_POOL',
  'MODEL_UNKNOWN',
  'NO_PRICE_AT_TIME',
  'METER_UNPRICED',
  'REGION_UNPRICED',
  'SERVICE_TIER_UNPRICED',
  'USAGE_MISSING',
] as const

const maxItems = 500

type Sum = 'requests' | 'input_tokens' | 'output_tokens' | 'unpriced_tokens' | 'accrued_cost'
type Row = { readonly [sum in Sum as `sum_${sum}`]: string } & {
  readonly tenant: string
  readonly provider: string
  readonly model: string
  readonly warning: string
  readonly first_ms: string
  readonly last_ms: string
  readonly example: string
}

export interface UnpricedWanted {
  /** Back from today. */
  readonly days: number
  readonly only?: Narrowing
  readonly near?: NearModels | undefined
}

/** What has no price, as a queue: the most dollars at risk first. */
export async function readUnpriced(reader: LedgerReader, { days, only = {}, near }: UnpricedWanted): Promise<Unpriced> {
  const narrowed = narrowedSql(only)
  const params = { ...narrowed.params, days, reasons, limit: maxItems }
  const rows = await reader.query<Row>(unpricedSql(narrowed.conditions), params)
  if (rows.length === 0) return { days, items: [], total: totalOf([]) }
  const priced = await readPriced(reader, days)
  const items = rows.map((row) => itemOf(row, priced, near)).toSorted(byRisk)
  return { days, items, total: totalOf(items) }
}

/** By hour first: what was corrected since is no more among the first and the last. */
function unpricedSql(conditions: readonly string[]): string {
  const where = ["day >= today() - {days:UInt32} AND price_state = 'unpriced'", ...conditions].join(' AND ')
  const sums = ['input_tokens', 'output_tokens', 'unpriced_tokens', 'accrued_cost'] as const
  return `SELECT tenant, provider, model, warning, toString(sum(requests_sum)) AS sum_requests,
       ${sums.map((name) => `toString(sum(${name}_sum)) AS sum_${name}`).join(', ')},
       toString(toUnixTimestamp64Milli(min(first_at))) AS first_ms,
       toString(toUnixTimestamp64Milli(max(last_at))) AS last_ms, argMax(example_id, last_at) AS example
     FROM (
       SELECT tenant, provider, model, arrayFirst(code -> has(warnings, code), {reasons:Array(String)}) AS warning, hour,
         sum(unpriced_requests) AS requests_sum, ${sums.map((name) => `sum(${name}) AS ${name}_sum`).join(', ')},
         minIf(at, requests > 0) AS first_at, maxIf(at, requests > 0) AS last_at,
         argMaxIf(toString(entry_id), (at, revision), requests > 0) AS example_id
       FROM ledger WHERE ${where}
       GROUP BY tenant, provider, model, warning, hour HAVING requests_sum > 0
     )
     GROUP BY tenant, provider, model, warning
     ORDER BY sum(unpriced_tokens_sum) DESC, sum(requests_sum) DESC, tenant, provider, model, warning
     LIMIT {limit:UInt32}`
}

/** Of requests with a price and tokens, by model; not narrowed: it is what others are compared with. */
async function readPriced(reader: LedgerReader, days: number): Promise<PricedModel[]> {
  const rows = await reader.query<
    Record<'tenant' | 'provider' | 'model' | 'tokens_in' | 'tokens_out' | 'usd_in' | 'usd_out', string>
  >(
    `SELECT tenant, provider, model, toString(sum(input_tokens)) AS tokens_in, toString(sum(output_tokens)) AS tokens_out,
       toString(sum(cost_input) + sum(cost_cache_read) + sum(cost_cache_write)) AS usd_in,
       toString(sum(cost_output)) AS usd_out
     FROM spend WHERE day >= today() - {days:UInt32} AND price_state = 'priced'
     GROUP BY tenant, provider, model HAVING sum(cost_input) + sum(cost_cache_read) + sum(cost_cache_write) + sum(cost_output) > 0`,
    { days },
  )
  return rows.map(({ tenant, provider, model, tokens_in, tokens_out, usd_in, usd_out }) => ({
    tenant,
    provider,
    model,
    inputTokens: BigInt(tokens_in),
    outputTokens: BigInt(tokens_out),
    inputCost: attoFromDecimal(usd_in),
    outputCost: attoFromDecimal(usd_out),
  }))
}

function itemOf(row: Row, priced: readonly PricedModel[], near: NearModels | undefined): UnpricedItem {
  const { tenant, provider, model, warning, example } = row
  const lacking = { provider, model, warning, first_seen: instant(row.first_ms), example }
  return {
    tenant,
    ...lacking,
    requests: row.sum_requests,
    input_tokens: row.sum_input_tokens,
    output_tokens: row.sum_output_tokens,
    unpriced_tokens: row.sum_unpriced_tokens,
    last_seen: instant(row.last_ms),
    at_risk: riskOf(row, priced) ?? null,
    ...adviceOf(lacking, near?.(provider, model) ?? []),
  }
}

function riskOf(row: Row, priced: readonly PricedModel[]): AtRisk | undefined {
  if (row.warning !== 'USAGE_MISSING') {
    return atRiskOf(
      {
        tenant: row.tenant,
        provider: row.provider,
        inputTokens: BigInt(row.sum_input_tokens),
        outputTokens: BigInt(row.sum_output_tokens),
        unpricedTokens: BigInt(row.sum_unpriced_tokens),
      },
      priced,
    )
  }
  if (row.sum_accrued_cost === '0') return undefined
  return { usd: row.sum_accrued_cost, low_usd: null, high_usd: null, basis: 'accrued', models: 1 }
}

function byRisk(one: UnpricedItem, other: UnpricedItem): number {
  const difference = attoFromDecimal(other.at_risk?.usd ?? '0') - attoFromDecimal(one.at_risk?.usd ?? '0')
  return difference > 0n ? 1 : difference < 0n ? -1 : 0
}

function totalOf(items: readonly UnpricedItem[]): Unpriced['total'] {
  const sum = (of: readonly UnpricedItem[], name: 'requests' | 'unpriced_tokens') =>
    of.reduce((all, item) => all + BigInt(item[name]), 0n).toString()
  return {
    requests: sum(items, 'requests'),
    unpriced_tokens: sum(items, 'unpriced_tokens'),
    at_risk_usd: decimalFromAtto(items.reduce((all, { at_risk }) => all + attoFromDecimal(at_risk?.usd ?? '0'), 0n)),
    requests_without_estimate: sum(
      items.filter(({ at_risk }) => at_risk === null),
      'requests',
    ),
  }
}

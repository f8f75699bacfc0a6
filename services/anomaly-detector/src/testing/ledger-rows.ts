import { createHash } from 'node:crypto'
import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import { createRandom } from '@spanledger/runtime/testing/seeded-random'
import { decimalFromAtto } from '@spanledger/schemas/money'
import { stamp } from '../measure/sql-text.ts'
import { hourMs, minuteMs } from '../series/lengths-of-time.ts'

/** A charge as a test thinks of it. Times are milliseconds since the epoch; money is atto-USD. */
export interface Charge {
  readonly at: number
  /** Default: a second after `at`. */
  readonly recordedAt?: number
  readonly tenant?: string
  readonly environment?: string
  readonly team?: string
  readonly feature?: string
  readonly model?: string
  readonly user?: string
  readonly release?: string
  readonly cost: bigint
  readonly inputTokens?: number
  /** Undefined: the request did not report cache reads. */
  readonly cacheRead?: number
  readonly costWithoutCache?: bigint
  readonly unpriced?: boolean
  /** An estimate, where no usage was reported. */
  readonly accruedCost?: bigint
  readonly kind?: 'charge' | 'adjustment' | 'accrual'
  /** -1 takes a charge back. */
  readonly sign?: 1 | -1
}

export const usd = (dollars: number) => BigInt(Math.round(dollars * 1e9)) * 10n ** 9n

export async function insertCharges(clickhouse: ClickHouse, charges: readonly Charge[]): Promise<void> {
  for (let start = 0; start < charges.length; start += 20_000) {
    const rows = charges
      .slice(start, start + 20_000)
      .map((charge, index) => JSON.stringify(rowOf(charge, start + index)))
    await clickhouse.command(`INSERT INTO ledger FORMAT JSONEachRow ${rows.join('\n')}`)
  }
}

function rowOf(charge: Charge, index: number): Record<string, unknown> {
  const { at, kind = 'charge', sign = 1, inputTokens = 1500, cacheRead, unpriced = false } = charge
  const recordedAt = charge.recordedAt ?? at + 1000
  const cost = decimalFromAtto(charge.cost * BigInt(sign))
  const id = createHash('md5').update(`${at} ${recordedAt} ${kind} ${sign} ${index} ${charge.feature}`).digest('hex')
  const uuid = id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  return {
    entry_id: uuid,
    identity: uuid,
    kind,
    revision: 0,
    at: stamp(at),
    minute: stamp(Math.floor(at / minuteMs) * minuteMs),
    hour: stamp(Math.floor(at / hourMs) * hourMs),
    day: stamp(at).slice(0, 10),
    received_at: stamp(kind === 'adjustment' ? at + 500 : recordedAt),
    recorded_at: stamp(recordedAt),
    priced_at: stamp(at),
    provider: 'openai',
    model: charge.model ?? 'gpt-4o',
    operation: 'chat',
    status: 'ok',
    tenant: charge.tenant ?? 'default',
    environment: charge.environment ?? 'prod',
    team: charge.team ?? 'search',
    feature: charge.feature ?? 'summaries',
    user: charge.user ?? '',
    release: charge.release ?? '',
    requests: sign,
    input_tokens: sign * inputTokens,
    uncached_tokens: sign * (inputTokens - (cacheRead ?? 0)),
    cache_read_tokens: sign * (cacheRead ?? 0),
    output_tokens: sign * 100,
    reported_units: cacheRead === undefined ? 1 : 3,
    cost,
    cost_input: cost,
    accrued_cost: decimalFromAtto((charge.accruedCost ?? 0n) * BigInt(sign)),
    cost_without_cache: decimalFromAtto((charge.costWithoutCache ?? charge.cost) * BigInt(sign)),
    price_state: unpriced ? 'unpriced' : 'priced',
    unpriced_requests: unpriced ? sign : 0,
    unpriced_tokens: unpriced ? sign * (inputTokens + 100) : 0,
    price_version: 'test',
  }
}

export interface Traffic {
  readonly from: number
  readonly to: number
  readonly perHour: number | ((at: number) => number)
  /** Of one request, USD, before noise. */
  readonly dollars?: number | ((at: number) => number)
  readonly seed?: number
  /** Of cost and tokens, relative; default 0.5. */
  readonly noise?: number
  readonly charge?: Partial<Charge> | ((at: number, random: () => number) => Partial<Charge>)
}

/** Charges at even, jittered times: what a feature sends. */
export function traffic(options: Traffic): Charge[] {
  const { from, to, perHour, dollars = 0.05, seed = 1, noise = 0.5, charge = {} } = options
  const random = createRandom(seed)
  const charges: Charge[] = []
  for (let at = from + random() * 60_000; at < to; ) {
    const rate = typeof perHour === 'number' ? perHour : perHour(at)
    const mean = typeof dollars === 'number' ? dollars : dollars(at)
    const whole = Math.floor(at)
    const special = typeof charge === 'function' ? charge(whole, random) : charge
    charges.push({ at: whole, cost: usd(mean * (1 + noise * (2 * random() - 1))), ...special })
    at += (hourMs / Math.max(1e-6, rate)) * (0.5 + random())
  }
  return charges
}

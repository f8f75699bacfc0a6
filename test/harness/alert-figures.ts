import { Decimal } from 'decimal.js'
import type { Sql } from './sql.ts'

/**
 * What the figures of an alert have to be, worked out from the ledger a second time: plain sums by SQL, the rest in
 * decimals, nothing of the detector. For alerts on one feature, all of whose requests report cache figures.
 */
export interface AlertToCheck {
  readonly kind: string
  readonly tenant: string
  readonly dims: Readonly<Record<string, string>>
  readonly openedMs: number
  readonly isOver: boolean
}

/** As `slack/exact-line.ts` writes them. */
type ExactFigures = Readonly<Record<string, string>>
type Figures = Record<'observed' | 'expected' | 'cost_usd' | 'requests' | 'impact_usd' | 'impact_usd_per_hour', string>

interface Stretch {
  readonly fromMs: number
  readonly toMs: number
}

interface Sums {
  readonly usd: Decimal
  readonly requests: Decimal
  readonly input: Decimal
  readonly read: Decimal
  readonly saved: Decimal
}

const Exact = Decimal.clone({ precision: 120, rounding: Decimal.ROUND_HALF_EVEN })
const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const baselineDays = 7

export async function figuresFromLedger(sql: Sql, alert: AlertToCheck, said: ExactFigures): Promise<Figures> {
  const window = { fromMs: timeOf(said.from), toMs: timeOf(said.to) }
  const sums = (...stretches: Stretch[]) => sumsOf(sql, alert, stretches, said.as_known_at ?? '')
  const now = await sums(window)
  const since = { fromMs: Math.min(alert.openedMs, window.toMs), toMs: window.toMs }
  const recent = lastHourOf(since)
  // What is over costs nothing any more.
  const perHour = alert.isOver ? new Exact(0) : new Exact(hourMs).div(recent.toMs - recent.fromMs)
  const common = { cost_usd: rounded(now.usd), requests: now.requests.toFixed() }

  if (alert.kind === 'spend_spike') {
    const usual = async (stretch: Stretch) => (await sums(...daysBefore(stretch))).usd.div(baselineDays)
    return {
      ...common,
      observed: rounded(now.usd),
      expected: rounded(await usual(window)),
      impact_usd: rounded((await sums(since)).usd.minus(await usual(since))),
      impact_usd_per_hour: rounded((await sums(recent)).usd.minus(await usual(recent)).times(perHour)),
    }
  }
  if (alert.kind !== 'cache_regression') throw new Error(`no second calculation for ${alert.kind}`)
  const baseToMs = alert.isOver ? Math.min(window.fromMs, alert.openedMs) : window.fromMs
  const base = await sums({ fromMs: baseToMs - baselineDays * dayMs, toMs: baseToMs })
  const usualRatio = base.read.div(base.input)
  const extra = ({ input, read }: Sums) => input.times(usualRatio).minus(read).times(base.saved).div(base.read)
  return {
    ...common,
    observed: rounded(now.read.div(now.input)),
    expected: rounded(usualRatio),
    impact_usd: rounded(extra(await sums(since))),
    impact_usd_per_hour: rounded(extra(await sums(recent)).times(perHour)),
  }
}

function lastHourOf({ fromMs, toMs }: Stretch): Stretch {
  return { fromMs: toMs - Math.min(hourMs, Math.max(5 * minuteMs, toMs - fromMs)), toMs }
}

function daysBefore({ fromMs, toMs }: Stretch): Stretch[] {
  return Array.from({ length: baselineDays }, (_, index) => (index + 1) * dayMs).map((backMs) => ({
    fromMs: fromMs - backMs,
    toMs: toMs - backMs,
  }))
}

async function sumsOf(sql: Sql, { tenant, dims }: AlertToCheck, stretches: Stretch[], knownAt: string): Promise<Sums> {
  const time = (ms: number) => `toDateTime64('${new Date(ms).toISOString().slice(0, -1)}', 3, 'UTC')`
  const at = stretches.map(({ fromMs, toMs }) => `(at >= ${time(fromMs)} AND at < ${time(toMs)})`).join(' OR ')
  const series = Object.entries({ tenant, ...dims }).map(([name, value]) => `${name} = '${value}'`)
  const [row] = await sql<Record<keyof Sums, string>>(`
    SELECT toString(sum(cost)) AS usd, toString(sum(requests)) AS requests, toString(sum(input_tokens)) AS input,
      toString(sum(cache_read_tokens)) AS read, toString(sum(cost_without_cache) - sum(cost)) AS saved
    FROM ledger
    WHERE ${series.join(' AND ')} AND recorded_at <= ${time(timeOf(knownAt))} AND (${at})`)
  if (!row) throw new Error('a sum has one row')
  const { usd, requests, input, read, saved } = row
  return {
    usd: new Exact(usd),
    requests: new Exact(requests),
    input: new Exact(input),
    read: new Exact(read),
    saved: new Exact(saved),
  }
}

function timeOf(text: string | undefined): number {
  const ms = Date.parse(text ?? '')
  if (Number.isNaN(ms)) throw new Error(`not a time: ${text}`)
  return ms
}

function rounded(value: Decimal): string {
  return value.toDecimalPlaces(18).toFixed()
}

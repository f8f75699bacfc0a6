import { readFileSync } from 'node:fs'
import { defaultAlertsConfig } from '@spanledger/schemas/config/alerts'
import { expect, test } from 'vitest'
import { createDemoTraffic } from './demo-traffic.ts'
import type { DemoRequest } from './demo-request.ts'
import { type Incident, planIncidents } from './incidents.ts'

/**
 * The default rules, worked out a second time over the demo's traffic: minute by minute, in floats, nothing of the
 * detector. The traffic has to be far from every threshold where nothing was injected, and far beyond where it was.
 */
const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMinutes = 1440
const lapseMs = 4.25 * hourMs

interface Rules {
  readonly spend_spike: { readonly ratio: number; readonly min_excess_usd: number; readonly min_requests: number }
  readonly cost_per_request: {
    readonly ratio: number
    readonly window_minutes: number
    readonly min_requests: number
    readonly min_excess_usd: number
  }
  readonly cache_regression: {
    readonly min_drop: number
    readonly min_relative_drop: number
    readonly min_input_tokens: number
    readonly min_eligible_tokens: number
    readonly min_requests: number
  }
}
const rules = defaultAlertsConfig.rules as unknown as Rules
const catalogue = JSON.parse(
  readFileSync(new URL('../../../../../schemas/prices/catalogue.json', import.meta.url), 'utf8'),
) as {
  providers: Record<
    string,
    {
      models: Record<
        string,
        { rows: { service_tier?: string; band?: object; meters: Record<string, { price: string }> }[] }
      >
    }
  >
}

function usdOf({ model, row, cacheReadTokens = 0, cacheWriteTokens = 0 }: DemoRequest): number {
  const meters = catalogue.providers[model.provider]?.models[model.model]?.rows.find(
    ({ service_tier, band }) => !service_tier && !band,
  )?.meters
  if (!meters) throw new Error(`no price for ${model.model}`)
  const price = (meter: string) => Number((meters[meter] ?? meters.input_tokens)?.price) / 1e6
  return (
    (row.inputTokens - cacheReadTokens - cacheWriteTokens) * price('input_tokens') +
    cacheReadTokens * price('cache_read_tokens') +
    cacheWriteTokens * price('cache_write_tokens') +
    row.outputTokens * price('output_tokens')
  )
}

/** Running sums by minute since `fromMs`. */
class Series {
  readonly usd: Float64Array
  readonly requests: Float64Array
  readonly eligible: Float64Array
  readonly eligibleRequests: Float64Array
  readonly read: Float64Array

  constructor(minutes: number) {
    const sums = () => new Float64Array(minutes + 1)
    this.usd = sums()
    this.requests = sums()
    this.eligible = sums()
    this.eligibleRequests = sums()
    this.read = sums()
  }

  add(minute: number, request: DemoRequest): void {
    const add = (sums: Float64Array, amount: number) => (sums[minute] = (sums[minute] as number) + amount)
    add(this.usd, usdOf(request))
    add(this.requests, 1)
    const { cacheReadTokens, row } = request
    if (cacheReadTokens === undefined || row.inputTokens < rules.cache_regression.min_input_tokens) return
    add(this.eligible, row.inputTokens)
    add(this.eligibleRequests, 1)
    add(this.read, cacheReadTokens)
  }

  close(): void {
    for (const sums of [this.usd, this.requests, this.eligible, this.eligibleRequests, this.read]) {
      for (let minute = 1; minute < sums.length; minute++) {
        sums[minute] = (sums[minute] as number) + (sums[minute - 1] as number)
      }
    }
  }
}

function seriesOf(requests: readonly DemoRequest[], fromMs: number, minutes: number): Map<string, Series> {
  const all = new Map<string, Series>()
  for (const request of requests) {
    const { team, feature } = request.attribution
    for (const name of ['tenant', `team ${team}`, `feature ${feature}`, `model ${request.model.model}`]) {
      let series = all.get(name)
      if (!series) all.set(name, (series = new Series(minutes)))
      series.add(Math.floor((request.at - fromMs) / minuteMs) + 1, request)
    }
  }
  for (const series of all.values()) series.close()
  return all
}

const within = (sums: Float64Array, from: number, to: number) =>
  (sums[to] as number) - (sums[Math.max(0, from)] as number)

/** How near each rule is to its threshold at a minute: 1 is at it. */
const nearness: Readonly<Record<string, (series: Series, minute: number) => number>> = {
  spend_spike({ usd, requests }, minute) {
    const { ratio, min_excess_usd, min_requests } = rules.spend_spike
    const day = minute - (minute % dayMinutes)
    let expected = 0
    for (let back = 1; back <= 7; back++)
      expected += within(usd, day - back * dayMinutes, minute - back * dayMinutes) / 7
    const observed = within(usd, day, minute)
    if (within(requests, day, minute) < min_requests) return 0
    return Math.min((observed - expected) / min_excess_usd, observed / (expected * ratio))
  },
  cost_per_request({ usd, requests }, minute) {
    const { ratio, window_minutes, min_requests, min_excess_usd } = rules.cost_per_request
    const before = minute - 7 * dayMinutes
    const now = within(requests, minute - window_minutes, minute)
    const then = within(requests, before - window_minutes, before)
    if (now < min_requests || then < min_requests) return 0
    const [mean, meanThen] = [
      within(usd, minute - window_minutes, minute) / now,
      within(usd, before - window_minutes, before) / then,
    ]
    return Math.min(mean / (meanThen * ratio), ((mean - meanThen) * now) / min_excess_usd)
  },
  cache_regression({ eligible, eligibleRequests, read }, minute) {
    const { min_drop, min_relative_drop, min_requests, min_eligible_tokens } = rules.cache_regression
    let window = 15
    const isEnough = () =>
      within(eligibleRequests, minute - window, minute) >= min_requests &&
      within(eligible, minute - window, minute) >= min_eligible_tokens
    while (!isEnough()) if ((window += 5) > 120) return 0
    const baseline =
      within(read, minute - 7 * dayMinutes, minute - 120) / within(eligible, minute - 7 * dayMinutes, minute - 120)
    if (!(baseline > 0)) return 0
    const drop = baseline - within(read, minute - window, minute) / within(eligible, minute - window, minute)
    return Math.min(drop / min_drop, drop / baseline / min_relative_drop)
  },
}

interface Judged {
  readonly kind: string
  readonly series: string
  readonly atMs: number
  readonly nearness: number
}

function judge(seed: number, nowMs: number, incidents: readonly Incident[], judgedMs: number): Judged[] {
  const fromMs = Math.floor((nowMs - 11 * dayMinutes * minuteMs) / (dayMinutes * minuteMs)) * dayMinutes * minuteMs
  const minutes = Math.ceil((nowMs - fromMs) / minuteMs) + 1
  const judged: Judged[] = []
  for (const [series, sums] of seriesOf(createDemoTraffic(seed, incidents).between(fromMs, nowMs), fromMs, minutes)) {
    for (let minute = Math.floor((nowMs - judgedMs - fromMs) / minuteMs); minute < minutes; minute++) {
      for (const [kind, near] of Object.entries(nearness)) {
        judged.push({ kind, series, atMs: fromMs + minute * minuteMs, nearness: near(sums, minute) })
      }
    }
  }
  return judged
}

const seeds = Array.from({ length: 6 }, (_, index) => index * 104_729 + 17)
/** Other days of the two weeks, other hours of the day. */
const nowOf = (index: number) => Date.UTC(2026, 10, 21) + index * 44.3 * hourMs

test.each(seeds)(
  'seed %i: where nothing was injected, no default rule comes near its threshold at any minute of a day',
  (seed) => {
    const judged = judge(seed, nowOf(seeds.indexOf(seed)), [], dayMinutes * minuteMs)
    for (const kind of Object.keys(nearness)) {
      expect(Math.max(...judged.filter((one) => one.kind === kind).map((one) => one.nearness))).toBeLessThan(0.85)
    }
  },
)

test.each(seeds)(
  'seed %i: both incidents cross their threshold within 50 minutes on their own feature, and no other rule does',
  (seed) => {
    const nowMs = nowOf(seeds.indexOf(seed))
    const incidents = planIncidents(seed, nowMs - lapseMs, nowMs)
    const crossed = judge(seed, nowMs, incidents, lapseMs).filter((one) => one.nearness >= 1)
    for (const { kind, feature, fromMs } of incidents) {
      const first = crossed.find((one) => one.kind === kind && one.series === `feature ${feature}`)
      expect(first?.atMs ?? Infinity).toBeLessThan(fromMs + 50 * minuteMs)
      expect(first?.atMs ?? 0).toBeGreaterThanOrEqual(fromMs)
    }
    expect(crossed.filter((one) => one.kind === 'cost_per_request')).toEqual([])
    const features = new Map(incidents.map(({ kind, feature }) => [kind as string, `feature ${feature}`]))
    for (const { kind, series } of crossed) if (series.startsWith('feature ')) expect(series).toBe(features.get(kind))
  },
)

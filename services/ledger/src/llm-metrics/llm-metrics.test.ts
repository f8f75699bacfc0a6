import { createMetrics } from '@spanledger/runtime/metrics'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chargeOf } from '../landing/charge.ts'
import { negated } from '../landing/reversal.ts'
import { reports } from '../testing/arbitrary-reports.ts'
import { landerOn } from '../testing/lander-on.ts'
import { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { observation, somePrice } from '../testing/observations.ts'
import { createLlmMetrics } from './llm-metrics.ts'

function create(maxSeries = 2_000) {
  const metrics = createMetrics()
  const llm = createLlmMetrics(metrics, maxSeries)
  return {
    llm,
    /** Each line of the metric, by its labels. */
    async lines(name: string): Promise<Map<string, number>> {
      const lines = (await metrics.render()).split('\n').filter((line) => line.startsWith(name))
      return new Map(
        lines.map((line) => [line.slice(name.length, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
      )
    },
  }
}
async function total(shown: ReturnType<typeof create>, name: string): Promise<number> {
  return [...(await shown.lines(name)).values()].reduce((sum, value) => sum + value, 0)
}

let count = 0
function entry(changes: Partial<LedgerEntry> = {}): LedgerEntry {
  const usage = { input_tokens: 100, cache_read_tokens: 40, output_tokens: 7 }
  const identity = String(count++)
  const options = { identity, identityKeys: [], recordedAt: 1, sources: [] }
  return { ...chargeOf(observation({ usage, requestModel: 'm' }), somePrice, options), cost: 10n ** 18n, ...changes }
}

const measures = [
  ['llm_requests_total', 'requests'],
  ['llm_tokens_input_total', 'inputTokens'],
  ['llm_tokens_output_total', 'outputTokens'],
  ['llm_cache_read_tokens_total', 'cacheReadTokens'],
  ['llm_unpriced_requests_total', 'unpricedRequests'],
  ['llm_unpriced_tokens_total', 'unpricedTokens'],
] as const

describe('the llm_ metrics', () => {
  it('say who, what and how much', async () => {
    const shown = create()
    const attribution = { team: 'search', feature: 'answers', environment: 'prod' }
    shown.llm.landed([entry({ attribution }), entry({ attribution, cost: 5n * 10n ** 17n, latencyMs: 1_500 })])
    const who = '{tenant="acme",provider="openai",model="m",environment="prod",team="search",feature="answers"}'
    expect(await shown.lines('llm_tokens_input_total')).toEqual(new Map([[who, 200]]))
    expect(await shown.lines('llm_cache_read_tokens_total')).toEqual(new Map([[who, 80]]))
    expect(await shown.lines('llm_cost_usd_total')).toEqual(new Map([[who, 1.5]]))
    const latency = await shown.lines('llm_request_latency_seconds')
    const what = 'tenant="acme",provider="openai",model="m"'
    expect(latency.get(`_bucket{${what},le="1"}`)).toBe(0)
    expect(latency.get(`_bucket{${what},le="2"}`)).toBe(1)
    expect(latency.get(`_bucket{${what},le="+Inf"}`)).toBe(1)
    expect(latency.get(`_sum{${what}}`)).toBe(1.5)
  })

  it('add up to what landed, whatever was landed, and in whatever batches', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(reports, { maxLength: 6 }), { maxLength: 6 }), async (batches) => {
        const shown = create()
        const store = new MemoryLedgerStore()
        const lander = landerOn(store, { inserted: (entries) => shown.llm.landed(entries) })
        const highest = new Map<string, number>()
        for (const batch of batches) {
          await lander.land(batch)
          for (const [name, measure] of measures) {
            const sums = new Map<string, number>()
            for (const each of store.entries) {
              const key = [name, each.tenant, each.model, each.attribution.team].join('/')
              sums.set(key, (sums.get(key) ?? 0) + each[measure])
            }
            for (const [key, sum] of sums) highest.set(key, Math.max(highest.get(key) ?? 0, sum))
            const expected = [...highest].filter(([key]) => key.startsWith(`${name}/`))
            expect(await total(shown, name)).toBe(expected.reduce((sum, [, value]) => sum + value, 0))
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('never go down: a correction shows when the sum has grown past it', async () => {
    const shown = create()
    const first = entry()
    shown.llm.landed([first])
    expect(await total(shown, 'llm_cost_usd_total')).toBe(1)
    shown.llm.landed([negated(first, 'duplicate', 2)])
    expect(await total(shown, 'llm_cost_usd_total')).toBe(1)
    shown.llm.landed([entry()])
    expect(await total(shown, 'llm_cost_usd_total')).toBe(1)
    shown.llm.landed([entry()])
    expect(await total(shown, 'llm_cost_usd_total')).toBe(2)
    expect(await total(shown, 'llm_requests_total')).toBe(2)
  })

  it('have no more series than they may have, lose nothing, and count what went to other', async () => {
    const shown = create(40)
    const entries = Array.from({ length: 900 }, (_, at) =>
      entry({
        tenant: `t${at % 30}`,
        model: `m${at % 7}`,
        attribution: { feature: `f${at}`, team: `team${at % 100}` },
        latencyMs: 10,
      }),
    )
    shown.llm.landed(entries)
    shown.llm.landed(entries)
    expect((await shown.lines('llm_requests_total')).size).toBeLessThanOrEqual(40)
    expect(await total(shown, 'llm_requests_total')).toBe(1800)
    expect(await total(shown, 'llm_cost_usd_total')).toBe(1800)
    expect((await shown.lines('llm_request_latency_seconds_count')).size).toBeLessThanOrEqual(4)
    expect(await total(shown, 'llm_request_latency_seconds_count')).toBe(1800)
    const labels = [...(await shown.lines('llm_requests_total')).keys()]
    expect(labels.some((each) => each.includes('feature="other"') && each.includes('tenant="t'))).toBe(true)
    expect(await total(shown, 'spanledger_llm_metrics_folded_total')).toBeGreaterThan(1800)
  })

  it('show values of strangers safely', async () => {
    const shown = create()
    shown.llm.landed([entry({ model: `a"b\\c\n${'x'.repeat(5000)}` })])
    const [labels] = [...(await shown.lines('llm_requests_total')).keys()]
    expect(labels).toContain('model="a\\"b\\\\c\ufffdxxx')
    expect(labels?.length).toBeLessThan(250)
  })
})

import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import type { SpendDimension } from '@spanledger/schemas/api/choices'
import { spendDimensions } from '@spanledger/schemas/api/choices'
import type { Measures } from '@spanledger/schemas/api/measures'
import { spendSchema } from '@spanledger/schemas/api/spend'
import { summarySchema } from '@spanledger/schemas/api/summary'
import { attoFromDecimal, decimalFromAtto } from '@spanledger/schemas/money'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertRows, ledgerRow, replacementOf, reversalOf } from '../testing/ledger-rows.ts'
import { resolveWindow, type Window, type WindowRequest } from '../time/window.ts'
import { createBoundedReader } from './bounded-reader.ts'
import { readSpend } from './spend.ts'
import { readStatus } from './status.ts'
import { readSummary } from './summary.ts'

const zone = 'Asia/Kolkata'
const now = Date.parse('2026-01-10T10:30:00Z')
const windows: readonly WindowRequest[] = [
  { range: '15m' },
  { range: '1h' },
  { range: '6h' },
  { range: '24h' },
  { range: '7d' },
  { range: '30d' },
  { from: '2026-01-01T00:00:00Z', to: '2026-01-09T11:11:11Z' },
]
let ledger: TestClickHouse

beforeAll(async () => {
  ledger = await startTestClickHouse({ timeZone: zone })
  await insertRows(ledger.clickhouse, ledgerOfThreeWeeks())
})
afterAll(() => ledger?.stop())

/** 12 models, rising in cost, at uneven times up to now; some unpriced, untagged, corrected or taken back. */
function ledgerOfThreeWeeks() {
  return Array.from({ length: 600 }, (_, index) => {
    const row = ledgerRow(
      {
        at: new Date(now - ((index * index * 5_077) % (21 * 86_400_000))).toISOString(),
        model: `model-${index % 12}`,
        team: index % 7 === 0 ? 'untagged' : `team-${index % 3}`,
        feature: index % 11 === 0 ? 'untagged' : `feature-${index % 4}`,
        customer: index % 2 === 0 ? '' : `customer-${index % 50}`,
        cost: decimalFromAtto(10n ** 15n * BigInt(4 ** (index % 12)) + BigInt(index)),
        ...(index % 12 === 5 && { cost: '0', price_state: 'unpriced', unpriced_requests: 1, unpriced_tokens: 1115 }),
      },
      zone,
    )
    if (index % 20 === 0) return [row, reversalOf(row), replacementOf(row, { cost: '0.000000000000000007' })]
    if (index % 33 === 0) return [row, reversalOf(row)]
    return [row]
  }).flat()
}

function windowOf(request: WindowRequest): Window {
  const window = resolveWindow(request, now, zone)
  if (window.kind !== 'ok') throw new Error(window.reason)
  return window.value
}

/** The same sums by another way: filtered on `at`, one by one, from the entries themselves. */
async function plainSums({ fromMs, toMs }: Window): Promise<Partial<Measures>> {
  const [row] = await ledger.clickhouse.query<Record<string, string>>(
    `SELECT sum(requests) AS r, sum(cost) AS c, sum(unpriced_requests) AS ur, sum(unpriced_tokens) AS ut, sum(output_tokens) AS o
     FROM ledger WHERE at >= fromUnixTimestamp64Milli({from:Int64}) AND at < fromUnixTimestamp64Milli({to:Int64})`,
    { from: fromMs, to: toMs },
  )
  return {
    requests: row?.r as string,
    cost: decimalFromAtto(attoFromDecimal(row?.c as string)),
    unpriced_requests: row?.ur as string,
    unpriced_tokens: row?.ut as string,
    output_tokens: row?.o as string,
  }
}

describe.each(windows)('of %o', (request) => {
  test('the summary is the sum of the entries to the last digit', async () => {
    const window = windowOf(request)
    const summary = summarySchema.parse(await readSummary(ledger.clickhouse, window))
    const expected = await plainSums(window)
    expect(Number(expected.requests)).toBeGreaterThan(0)
    expect(summary.total).toMatchObject(expected)
  })

  test.each([...spendDimensions])(
    'every slice by %s sums to the total, in every bucket',
    async (by: SpendDimension) => {
      const window = windowOf(request)
      const spend = spendSchema.parse(await readSpend(ledger.clickhouse, window, by))
      const { total } = await readSummary(ledger.clickhouse, window)
      expect(spend.total).toEqual(total)
      for (const measure of Object.keys(total) as (keyof Measures)[]) {
        const inAtto = spend.slices.map((slice) => attoFromDecimal(slice.total[measure]))
        expect(inAtto.reduce((sum, one) => sum + one, 0n)).toBe(attoFromDecimal(total[measure]))
      }
      for (const slice of spend.slices) {
        expect(slice.points.cost).toHaveLength(spend.buckets.length)
        const points = slice.points.cost.map(attoFromDecimal)
        expect(decimalFromAtto(points.reduce((sum, one) => sum + one, 0n))).toBe(slice.total.cost)
      }
    },
  )
})

test('the status tells the newest request, and of which day the prices are', async () => {
  const prices = { as_of: '2026-01-09', sources: [{ name: 'genai-prices', version: '0.2.3' }] }
  const status = await readStatus(ledger.clickhouse, { nowMs: now, timeZone: zone, doorUrl: 'http://door', prices })
  expect(status).toMatchObject({ latest_at: new Date(now).toISOString(), time_zone: zone, prices })
  expect(Number(status.entries)).toBeGreaterThan(600)
})

test('the dearest are named in order, with them what has no price, and the rest is one slice at the end', async () => {
  const { slices } = await readSpend(ledger.clickhouse, windowOf({ range: '30d' }), 'model')
  expect(slices.map((slice) => slice.key)).toEqual([
    ...[11, 10, 9, 8, 7, 6, 4, 5].map((index) => `model-${index}`),
    null,
  ])
  expect(slices.find((slice) => slice.key === 'model-5')?.total.unpriced_requests).not.toBe('0')
})

test('untagged is what lacks a team or a feature, counted once', async () => {
  const { untagged } = await readSummary(ledger.clickhouse, windowOf({ range: '30d' }))
  const [row] = await ledger.clickhouse.query<{ r: string; c: string }>(
    `SELECT sum(requests) AS r, sum(cost) AS c FROM ledger WHERE team = 'untagged' OR feature = 'untagged'`,
  )
  expect(untagged.requests).toBe(row?.r)
  expect(attoFromDecimal(untagged.cost)).toBe(attoFromDecimal(row?.c as string))
})

test('what figures are narrowed to is a slice of the whole, in hours, days and minutes alike', async () => {
  for (const range of ['30d', '24h', '6h'] as const) {
    const window = windowOf({ range })
    const { slices } = await readSpend(ledger.clickhouse, window, 'team')
    for (const { key, total } of slices.filter((slice) => slice.key !== null)) {
      const only = { team: key as string }
      expect((await readSummary(ledger.clickhouse, window, only)).total).toEqual(total)
      expect((await readSpend(ledger.clickhouse, window, 'feature', only)).total).toEqual(total)
    }
  }
  const nowhere = { team: "team-1' OR '1'='1" }
  expect((await readSummary(ledger.clickhouse, windowOf({ range: '30d' }), nowhere)).total.requests).toBe('0')
})

test('the cache-hit ratio is a ratio of sums, and null where there is no input', async () => {
  expect((await readSummary(ledger.clickhouse, windowOf({ range: '30d' }))).cache_hit_ratio).toBe(0.2)
  const empty = windowOf({ from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' })
  expect(await readSummary(ledger.clickhouse, empty)).toMatchObject({ cache_hit_ratio: null, total: { cost: '0' } })
  expect((await readSpend(ledger.clickhouse, empty, 'model')).slices).toEqual([])
})

/** A reader that notes what it is asked. */
function createNotingReader() {
  const asked: { sql: string; params: Record<string, unknown> }[] = []
  return {
    asked,
    query<Row>(sql: string, params: Record<string, unknown> = {}) {
      asked.push({ sql, params })
      return ledger.clickhouse.query<Row>(sql, params)
    },
  }
}

test('hours and days are answered from projections, not from the entries', async () => {
  const reader = createNotingReader()
  const only = {
    tenant: 'default',
    team: 'team-1',
    feature: 'feature-2',
    model: 'model-3',
    provider: 'openai',
    customer: '',
  }
  for (const range of ['24h', '7d', '21d', '30d'] as const) {
    await readSummary(reader, windowOf({ range }))
    await readSummary(reader, windowOf({ range }), only)
    for (const by of spendDimensions) {
      await readSpend(reader, windowOf({ range }), by)
      await readSpend(reader, windowOf({ range }), by, only)
    }
  }
  for (const { sql, params } of reader.asked) {
    const plan = await ledger.clickhouse.query<{ explain: string }>(
      `EXPLAIN ${sql} SETTINGS force_optimize_projection = 1`,
      params,
    )
    expect(plan.map((row) => row.explain).join('\n')).toMatch(/ReadFromMergeTree \((?!spanledger\.ledger)/)
  }
})

test('no query divides money, and none is without limits', async () => {
  const reader = createNotingReader()
  const bounded = createBoundedReader(reader)
  await readSummary(bounded, windowOf({}))
  await readSpend(bounded, windowOf({ range: '6h' }), 'team')
  expect(reader.asked).toHaveLength(3)
  for (const { sql } of reader.asked) {
    expect(sql).not.toMatch(/[/]|divide/i)
    expect(sql).toContain('max_execution_time')
  }
})

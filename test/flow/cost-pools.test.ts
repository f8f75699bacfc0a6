import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Explanation } from '@spanledger/schemas/api/explanation'
import { Decimal } from 'decimal.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { untilDrained } from '../harness/event-log.ts'
import { createSpanledger, runSpanledger, type Spanledger } from '../harness/spanledger.ts'
import { until } from '../harness/until.ts'

/** Machines of one's own that were there for two hours, both closed by now. */
const hourMs = 3_600_000
const start = Math.floor(Date.now() / hourMs) * hourMs - 4 * hourMs
const iso = (ms: number) => new Date(ms).toISOString()
const pools = `
prices:
  pools:
    - { id: gpus, provider: vllm, models: ['*'], units: 2, per_unit_hour: "2.49", weigh: tokens, idle: line,
        electricity: { kw: "1.4", per_kwh: "0.31", currency: EUR }, tenant: platform, team: serving,
        from: "${iso(start)}", to: "${iso(start + 2 * hourMs)}" }
  rates:
    - { base: EUR, quote: USD, date: "${iso(start).slice(0, 10)}", rate: "1.0850", source: test }
`

let spanledger: Spanledger
beforeAll(async () => {
  spanledger = await createSpanledger()
  await spanledger.start()
})
afterAll(() => spanledger?.dispose())

const events = Array.from({ length: 30 }, (_, n) => ({
  event_id: `own-${n}`,
  at: iso(start + n * 4 * 60_000 + 1),
  provider: 'vllm',
  model: n % 2 === 0 ? 'llama-3.3-70b' : 'gpt-4o',
  usage: { input_tokens: 1000 + n, output_tokens: 17 * n },
  latency_ms: 60_000 + n,
}))

// 2 x 2.49 + 1.4 x 0.31 x 1.0850 an hour
const hours = `SELECT toString(hour) AS hour, toString(sum(cost)) AS cost, countIf(kind = 'capacity') AS settled
  FROM spanledger.ledger GROUP BY hour ORDER BY hour SETTINGS output_format_json_quote_64bit_integers = 0`
const settled = [start, start + hourMs].map((at) => ({
  hour: iso(at).slice(0, 19).replace('T', ' '),
  cost: '5.45089',
  settled: 1,
}))

async function send(some: readonly unknown[]) {
  await fetch(`${spanledger.doorUrl}/v1/usage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(some),
  })
  await untilDrained(spanledger.dataDir)
}

test('requests of one’s own machines are unpriced without a pool; with one each closed hour sums to what it cost, after kill -9 too', async () => {
  await send(events.slice(0, 20))
  const unpriced = `SELECT toString(sum(unpriced_requests)) AS n, toString(sum(cost)) AS cost FROM spanledger.ledger`
  expect(await spanledger.sql(unpriced)).toEqual([{ n: '20', cost: '0' }])

  await spanledger.kill()
  writeFileSync(join(spanledger.dir, 'spanledger.yaml'), pools)
  await spanledger.start()
  await send(events.slice(10))
  await until(
    'both hours to be settled',
    async () => JSON.stringify(await spanledger.sql(hours)) === JSON.stringify(settled),
    {
      withinMs: 180_000,
      everyMs: 500,
    },
  )

  await spanledger.kill()
  await spanledger.start()
  await send(events)
  expect(await spanledger.sql(hours)).toEqual(settled)
})

test('a share is explained by lines that recompute it', async () => {
  const explained = await until(
    'what was charged before there was a pool to be paid by it',
    async () => {
      const { stdout } = await runSpanledger(['explain', 'own-3', '--json'], { env: spanledger.env })
      const found = JSON.parse(stdout) as Explanation
      return found.matched_by === 'pool:gpus' && found.warnings.length === 0 ? found : undefined
    },
    { withinMs: 180_000, everyMs: 1_000 },
  )
  expect(await spanledger.sql(hours)).toEqual(settled)
  let sum = new Decimal(0)
  for (const { quantity, unit_price: price, per, amount } of explained.lines) {
    const exact = new (Decimal.clone({ precision: 80, rounding: Decimal.ROUND_HALF_EVEN }))(quantity)
      .mul(price)
      .div(per)
    expect(exact.toDecimalPlaces(18).toFixed()).toBe(amount)
    sum = sum.add(amount)
  }
  expect(sum.toFixed()).toBe(explained.cost)
})

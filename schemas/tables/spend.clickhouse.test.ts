import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let engine: TestClickHouse
beforeAll(async () => {
  engine = await startTestClickHouse()
})
afterAll(() => engine?.stop())

const rows = 50_000
const since = `toDateTime('2026-10-01 00:00:00', 'UTC')`

const bySpend = [
  `SELECT sum(requests) AS n, sum(cost) AS usd, sum(unpriced_requests) AS unpriced FROM spend`,
  `SELECT sum(requests) AS n, sum(cost) AS usd FROM spend WHERE day >= '2026-09-30'`,
  `SELECT hour, model, sum(cost) AS usd FROM spend WHERE hour >= ${since} AND hour < ${since} + 172800
   GROUP BY hour, model ORDER BY hour, model`,
  `SELECT day, team, feature, sum(cost), sum(requests), sum(unpriced_requests) FROM spend
   WHERE day = '2026-10-01' AND tenant = 'default' AND kind = 'charge' GROUP BY day, team, feature ORDER BY ALL`,
  `SELECT toStartOfDay(hour) AS start, customer, sum(list_cost) - sum(cost) AS saved FROM spend WHERE hour >= ${since}
   GROUP BY start, customer ORDER BY ALL`,
  `SELECT provider, sum(latency_ms) / count(latency_ms) AS mean, sum(cache_read_tokens) / sum(input_tokens) AS hits
   FROM spend WHERE day = '2026-10-01' GROUP BY provider ORDER BY provider`,
  `SELECT price_state, environment, sum(reported_cost), sum(accrued_cost), sum(cost_without_cache) FROM spend
   WHERE day = '2026-10-02' AND status = 'ok' GROUP BY price_state, environment ORDER BY ALL`,
  `SELECT DISTINCT model FROM spend WHERE day = '2026-10-01' ORDER BY model`,
]
const byUser = [
  `SELECT user, sum(cost) AS usd FROM spend_by_user WHERE day = '2026-10-01' AND tenant = 'default'
   GROUP BY user ORDER BY usd DESC, user LIMIT 20`,
  `SELECT day, user, sum(requests), sum(output_tokens), sum(unpriced_requests) FROM spend_by_user
   GROUP BY day, user ORDER BY ALL`,
]

describe('before the first entry', () => {
  test.each([...bySpend, ...byUser])('%s', async (sql) => {
    for (const row of await engine.clickhouse.query<object>(sql)) {
      expect(Object.values(row).every((value) => Number(value ?? 0) === 0)).toBe(true)
    }
  })
})

describe('with entries', () => {
  beforeAll(async () => {
    for (const offset of [0, rows / 2]) await insertEntries(offset, rows / 2)
  })

  test.each([...bySpend.map((sql) => [sql, 'spend_by_hour']), ...byUser.map((sql) => [sql, 'spend_by_user'])])(
    'is answered from a projection, as the rows would: %s',
    async (sql, projection) => {
      const { clickhouse } = engine
      const plan = await clickhouse.query<object>(`EXPLAIN ${sql}`)
      expect(plan.flatMap(Object.values).join('\n')).toContain(`ReadFromMergeTree (${projection})`)
      expect(await rowsRead(sql)).toBeLessThan(rows / 10)

      const fromRows = { settings: { optimize_use_projections: 0 as const } }
      expect(await clickhouse.query(sql)).toEqual(await clickhouse.query(sql, {}, fromRows))
    },
  )

  test('a filter on `at` is answered from the rows', async () => {
    const sql = `SELECT sum(requests) AS n FROM spend WHERE at >= toDateTime64('2026-10-01 00:00:00', 3, 'UTC')`
    expect(await engine.clickhouse.query(sql)).toEqual([{ n: String(rows - 2 * (rows / 50)) }])
  })

  test('what merges put together sums to the same', async () => {
    const { clickhouse } = engine
    const before = await Promise.all([...bySpend, ...byUser].map((sql) => clickhouse.query(sql)))
    await clickhouse.command('OPTIMIZE TABLE ledger FINAL')
    expect(await Promise.all([...bySpend, ...byUser].map((sql) => clickhouse.query(sql)))).toEqual(before)
  })
})

async function insertEntries(offset: number, count: number): Promise<void> {
  await engine.clickhouse.command(
    `INSERT INTO ledger (entry_id, kind, at, hour, day, tenant, customer, environment, team, feature, user, provider, model,
       status, price_state, requests, input_tokens, cache_read_tokens, output_tokens, unpriced_requests, cost, list_cost,
       cost_without_cache, reported_cost, latency_ms)
     WITH toDateTime64('2026-10-01 00:00:00', 3, 'UTC') + number * 2 AS time, number % 7 = 0 AS odd,
       toDecimal128('0.000000000000000123', 18) * number AS usd
     SELECT generateUUIDv4(number), if(number % 50 = 0, 'adjustment', 'charge'), time, toStartOfHour(time), toDate(time),
       if(number % 11 = 0, 'other', 'default'), concat('customer ', toString(number % 3)), 'prod', if(odd, 'untagged', 'search'),
       'answers', concat('user ', toString(number % 40)), 'openai', if(odd, 'gpt-4o', 'gpt-4o-mini'), 'ok',
       if(odd, 'unpriced', 'priced'), if(number % 50 = 0, -1, 1), number, intDiv(number, 3), 7, odd, usd, usd * 2, usd * 3,
       if(odd, NULL, usd), if(number % 50 = 0, NULL, number % 1000)
     FROM numbers({offset:UInt64}, {count:UInt64})`,
    { offset, count },
  )
}

async function rowsRead(sql: string): Promise<number> {
  const response = await fetch(`${engine.server.url}/?database=spanledger&default_format=JSON`, {
    method: 'POST',
    body: sql,
    headers: { 'X-ClickHouse-User': 'default', 'X-ClickHouse-Key': engine.server.password },
  })
  const { statistics } = (await response.json()) as { statistics: { rows_read: number } }
  return statistics.rows_read
}

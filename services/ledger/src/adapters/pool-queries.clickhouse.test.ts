import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ClickHouse, createClickHouse } from '@spanledger/runtime/clickhouse/client'
import { createEmbeddedClickHouse } from '@spanledger/runtime/clickhouse/embedded/embedded-clickhouse'
import { migrate } from '@spanledger/runtime/clickhouse/migrations'
import { createLogger } from '@spanledger/runtime/logger'
import type { CostPool } from '@spanledger/schemas/prices/overrides'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { hourMs, hourOf } from '../identity/identity-filter.ts'
import type { LedgerStore } from '../ports.ts'
import { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { poolsIn } from '../testing/memory-pools.ts'
import { gpus, poolLedgerOn, poolRequest, poolStart } from '../testing/pool-ledger.ts'
import { createClickHouseLedgerStore } from './clickhouse-ledger-store.ts'
import { createPoolQueries } from './pool-queries.ts'

let clickhouse: ClickHouse
let store: LedgerStore
const dataDir = mkdtempSync(join(tmpdir(), 'spanledger-pools-'))
const server = createEmbeddedClickHouse({
  dataDir,
  httpPort: 0,
  logger: createLogger({ name: 'test', level: 'silent' }),
})

beforeAll(async () => {
  await server.start()
  clickhouse = createClickHouse(server)
  await migrate(clickhouse, {})
  store = createClickHouseLedgerStore({ clickhouse, timeZone: 'UTC', group: 'test', instance: 'one' })
})
afterAll(async () => {
  await clickhouse?.close()
  await server.stop()
  rmSync(dataDir, { recursive: true, force: true })
})
beforeEach(() => clickhouse.command('TRUNCATE TABLE ledger'))

const minute = 60_000
const settledAt = poolStart + 2 * hourMs + 15 * minute
const other: CostPool = { ...gpus, id: 'other', models: ['qwen'], weigh: 'tokens', idle: 'spread', team: 'serving' }
const pools = [gpus, other].map((pool) => ({ ...pool, to: new Date(poolStart + 2 * hourMs).toISOString() }))
const requests = Array.from({ length: 40 }, (_, n) =>
  poolRequest(`r${n}`, {
    tenant: n % 3 === 0 ? 'acme' : 'umbrella',
    requestModel: n % 2 === 0 ? 'llama' : 'qwen',
    at: poolStart + n * 3 * minute,
    latencyMs: 1000 * n + 7,
  }),
)
const sums = () =>
  clickhouse.query(
    `SELECT matched_by AS pool, toString(hour) AS hour, toString(sum(cost)) AS cost, sum(requests) AS requests
     FROM ledger GROUP BY matched_by, hour ORDER BY matched_by, hour`,
  )
const count = async () => Number((await clickhouse.query<{ n: string }>('SELECT count() AS n FROM ledger'))[0]?.n)
const ledgerAt = (ms: number) => poolLedgerOn({ pools }, store, createPoolQueries(clickhouse), ms)

test('hours of pools are settled in ClickHouse: each sums to its cost, late requests included, and settling twice is once', async () => {
  const first = ledgerAt(poolStart)
  await first.lander.land(requests.slice(4))
  await first.goTo(settledAt)
  expect(await first.settler.step()).toBe(4)
  const settled = await count()
  expect(await ledgerAt(settledAt).settler.step()).toBe(0)
  expect(await count()).toBe(settled)

  const second = ledgerAt(settledAt + minute)
  await second.lander.land(requests)
  await second.goTo(settledAt + 20 * minute)
  expect(await second.settler.step()).toBe(2)
  expect(await sums()).toEqual(
    ['gpus', 'other'].flatMap((pool) =>
      ['10', '11'].map((hour) => ({
        pool: `pool:${pool}`,
        hour: `2026-11-20 ${hour}:00:00`,
        cost: '5',
        requests: expect.anything(),
      })),
    ),
  )
  const left = await clickhouse.query(
    `SELECT sum(requests) AS n, sumIf(requests, has(warnings, 'POOL_PROVISIONAL')) AS provisional FROM ledger`,
  )
  expect(left).toEqual([{ n: '40', provisional: '0' }])
  expect(await store.findCollided(35)).toEqual(new Map())
})

test('the queries say what a ledger in memory says', async () => {
  const memory = new MemoryLedgerStore()
  for (const [each, reader] of [
    [store, createPoolQueries(clickhouse)],
    [memory, poolsIn(memory)],
  ] as const) {
    const ledger = poolLedgerOn({ pools }, each, reader, poolStart)
    await ledger.lander.land(requests)
    await ledger.goTo(settledAt)
    await ledger.settler.step()
  }
  const queries = createPoolQueries(clickhouse)
  const hour = hourOf(poolStart)
  const sorted = <T>(rows: readonly T[]) =>
    rows
      .map((row) => JSON.stringify(row, (_key, value) => (typeof value === 'bigint' ? String(value) : value)))
      .toSorted()
  expect(sorted(await queries.settledWindows(hour))).toEqual(sorted(await poolsIn(memory).settledWindows(hour)))
  expect(await queries.settledWindows(hour + 5)).toEqual([])
  expect(sorted(await queries.touchedWindows(0, hour))).toEqual(sorted(await poolsIn(memory).touchedWindows(0, hour)))
  expect(sorted(await queries.charges('gpus', hour))).toEqual(sorted(await poolsIn(memory).charges('gpus', hour)))
  const [first, ...rest] = await queries.charges('other', hour)
  expect(await queries.charges('other', hour, first?.identity)).toEqual(rest)
})

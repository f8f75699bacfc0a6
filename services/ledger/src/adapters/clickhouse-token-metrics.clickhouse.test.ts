import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { landerOn } from '../testing/lander-on.ts'
import { observation } from '../testing/observations.ts'
import type { TokenPoint } from '../token-metrics/token-point.ts'
import { createClickHouseLedgerStore } from './clickhouse-ledger-store.ts'
import { createClickHouseTokenMetrics, type TokenMetricsStore } from './clickhouse-token-metrics.ts'

const hour = 3_600_000
const minute = 60_000
const to = Math.floor(Date.now() / hour) * hour - hour
const window = { from: to - 6 * hour, to }
const middle = window.from + 3 * hour
const tolerance = { ratio: 0.05, minTokens: 1_000 }

let server: TestClickHouse
let store: TokenMetricsStore
beforeAll(async () => {
  server = await startTestClickHouse()
  store = createClickHouseTokenMetrics(server.clickhouse)
})
afterAll(() => server?.stop())
beforeEach(async () => {
  await server.clickhouse.command('TRUNCATE TABLE ledger')
  await server.clickhouse.command('TRUNCATE TABLE token_metrics')
})

const point = (fields: Partial<TokenPoint> = {}): TokenPoint => ({
  tenant: 'acme',
  service: 'shop',
  provider: 'openai',
  model: 'gpt-4o',
  metric: 'gen_ai.client.token.usage',
  scope: 'opentelemetry.instrumentation.openai_v2',
  tokenType: 'input',
  stream: 'one',
  cumulative: true,
  startedAt: middle,
  at: middle + minute,
  tokens: 0,
  ...fields,
})

let charged = 0
async function charge(input: number, fields: Parameters<typeof observation>[0] = {}): Promise<void> {
  const ledger = createClickHouseLedgerStore({
    clickhouse: server.clickhouse,
    timeZone: 'UTC',
    group: 'test',
    instance: `one-${charged}`,
  })
  const report = observation({
    eventId: `event-${charged++}`,
    at: middle,
    receivedAt: middle,
    requestModel: 'gpt-4o',
    attribution: { service: 'shop' },
    usage: { input_tokens: input, output_tokens: 0 },
    ...fields,
  })
  await landerOn(ledger).land([report])
}
const compare = async () =>
  (await store.compare(window, tolerance)).map(({ provider, tokenType, ledgerTokens, metricTokens, differs }) => ({
    provider,
    tokenType,
    ledgerTokens,
    metricTokens,
    differs,
  }))
const agreed = (tokens: number) => [
  { provider: 'openai', tokenType: 'input', ledgerTokens: tokens, metricTokens: tokens, differs: false },
]

test('of a cumulative count only its growth counts, however often each point comes', async () => {
  const points = [10_000, 25_000, 40_000].map((tokens, n) => point({ tokens, at: middle + (n + 1) * minute }))
  await store.insert(points)
  await store.insert([...points, ...points])
  await charge(40_000)
  expect(await compare()).toEqual(agreed(40_000))
})

test('every delta counts once', async () => {
  const points = [10_000, 15_000].map((tokens, n) =>
    point({ cumulative: false, tokens, startedAt: middle + n * minute, at: middle + (n + 1) * minute }),
  )
  await store.insert(points)
  await store.insert(points)
  await charge(25_000)
  expect(await compare()).toEqual(agreed(25_000))
})

test('a process that began anew, or a count that fell, is counted from zero', async () => {
  await store.insert([
    point({ stream: 'one', tokens: 10_000 }),
    point({ stream: 'two', tokens: 5_000, startedAt: middle + 2 * minute, at: middle + 3 * minute }),
    point({ stream: 'three', tokens: 7_000, startedAt: undefined, at: middle + minute }),
    point({ stream: 'three', tokens: 9_000, startedAt: undefined, at: middle + 2 * minute }),
    point({ stream: 'three', tokens: 1_000, startedAt: undefined, at: middle + 3 * minute }),
  ])
  await charge(10_000 + 5_000 + 9_000 + 1_000)
  expect(await compare()).toEqual(agreed(25_000))
})

test('what was counted and not charged differs, and so does what was charged and not counted', async () => {
  await store.insert([point({ tokens: 40_000 }), point({ stream: 'out', tokenType: 'output', tokens: 2_000 })])
  await charge(30_000, { usage: { input_tokens: 30_000, output_tokens: 2_000 } })
  expect(await compare()).toEqual([
    { provider: 'openai', tokenType: 'input', ledgerTokens: 30_000, metricTokens: 40_000, differs: true },
    { provider: 'openai', tokenType: 'output', ledgerTokens: 2_000, metricTokens: 2_000, differs: false },
  ])
  await charge(30_000)
  const [input] = await store.compare(window, tolerance)
  expect(input).toMatchObject({ ledgerTokens: 60_000, metricTokens: 40_000, differs: true })
  expect(input?.ratio).toBeCloseTo(1 / 3)
})

test('a service without one charge lacks all that it counted', async () => {
  await store.insert([point({ tokens: 40_000 })])
  expect(await compare()).toEqual([
    { provider: '', tokenType: 'input', ledgerTokens: 0, metricTokens: 40_000, differs: true },
  ])
})

test('what may lie on either side of the window’s edge is no difference', async () => {
  await store.insert([
    // Running for days; only a minute of it is known to lie inside.
    point({ stream: 'old', tokens: 900_000, startedAt: window.from - 24 * hour, at: window.from + 6 * minute }),
    point({ stream: 'old', tokens: 920_000, startedAt: window.from - 24 * hour, at: window.from + 7 * minute }),
    // Exported after the end, begun before it.
    point({ stream: 'late', tokens: 30_000, startedAt: to - minute, at: to + 4 * minute }),
  ])
  await charge(20_000, { at: window.from + 6 * minute })
  await charge(30_000, { at: to - minute })
  expect(await compare()).toEqual(agreed(50_000))
})

test('two instrumentations that count the same calls, or each its own, are both right', async () => {
  const other = { stream: 'two', scope: 'opentelemetry.instrumentation.openai' }
  await store.insert([point({ tokens: 40_000 }), point({ ...other, tokens: 40_000 })])
  await charge(40_000)
  expect(await compare()).toEqual(agreed(40_000))
  await charge(40_000)
  expect(await compare()).toEqual(agreed(80_000))
})

test('a provider that no metric names is not too much, and neither is another tenant’s service', async () => {
  await store.insert([point({ tokens: 40_000 })])
  await charge(40_000)
  await charge(70_000, { provider: 'anthropic' })
  await charge(70_000, { tenant: 'other' })
  expect(await compare()).toEqual(agreed(40_000))
})

test('a metric without provider is of the whole service, by types that exclude each other', async () => {
  const claude = { provider: '', metric: 'claude_code.token.usage', service: 'claude-code' }
  await store.insert([
    point({ ...claude, stream: 'in', tokenType: 'uncached_input', tokens: 8_000 }),
    point({ ...claude, stream: 'read', tokenType: 'cache_read', tokens: 118_243 }),
    point({ ...claude, stream: 'write', tokenType: 'cache_write', tokens: 5_000 }),
  ])
  await charge(0, {
    provider: 'anthropic',
    attribution: { service: 'claude-code' },
    usage: { input_tokens: 131_243, cache_read_tokens: 118_243, cache_write_tokens: 5_000, output_tokens: 5 },
  })
  expect(await compare()).toMatchObject([
    { tokenType: 'uncached_input', ledgerTokens: 8_000, differs: false },
    { tokenType: 'cache_read', ledgerTokens: 118_243, differs: false },
    { tokenType: 'cache_write', ledgerTokens: 5_000, differs: false },
  ])
})

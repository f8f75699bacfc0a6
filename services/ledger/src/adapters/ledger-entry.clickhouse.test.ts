import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import { dimensions } from '@spanledger/schemas/events/dimensions'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeEntries } from './ledger-entry-block.ts'
import { entryColumns, type EntryRow, readEntries } from './ledger-entry-rows.ts'

let engine: TestClickHouse
beforeAll(async () => {
  engine = await startTestClickHouse({ timeZone: 'Asia/Kathmandu' })
})
afterAll(() => engine?.stop())

const text = () => fc.string({ unit: 'grapheme', maxLength: 30 })
const word = () => fc.constantFrom('', 'a', 'b', 'openai', 'gpt-4o-mini', 'ü', '模型')
const id = () => fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('latin1'))
const usd = () => fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n })
const time = () => fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2020, 3) })
const count = () => fc.integer({ min: -1e15, max: 1e15 })
const map = <T>(values: fc.Arbitrary<T>) =>
  fc
    .dictionary(text(), values, { maxKeys: 3, noNullPrototype: true })
    .filter((drawn) => !Object.hasOwn(drawn, '__proto__'))
const given = () => fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((drawn) => drawn !== 'untagged')

const anyEntry: fc.Arbitrary<LedgerEntry> = fc.record({
  entryId: id(),
  kind: fc.constantFrom('charge', 'adjustment', 'accrual', 'capacity'),
  identity: id(),
  identityKeys: fc.array(id(), { maxLength: 3 }),
  parentKeys: fc.array(id(), { maxLength: 2 }),
  revision: fc.nat(),
  reason: word(),
  at: time(),
  receivedAt: time(),
  recordedAt: time(),
  pricedAt: time(),
  source: word(),
  sources: fc.array(word(), { maxLength: 3 }),
  dialect: word(),
  sourceRank: fc.integer({ min: 0, max: 255 }),
  scope: word(),
  provider: word(),
  model: word(),
  requestModel: word(),
  responseModel: word(),
  modelTier: word(),
  operation: word(),
  serviceTier: word(),
  region: word(),
  status: word(),
  errorType: text(),
  billingAccount: word(),
  tenant: word(),
  attribution: fc.record(Object.fromEntries(dimensions.map((name) => [name, given()])), {
    requiredKeys: [],
    noNullPrototype: true,
  }),
  tags: map(text()),
  requests: fc.constantFrom(-1, 1),
  inputTokens: count(),
  uncachedTokens: count(),
  cacheReadTokens: count(),
  cacheWriteTokens: count(),
  cacheWrite5mTokens: count(),
  cacheWrite1hTokens: count(),
  outputTokens: count(),
  reasoningTokens: count(),
  otherUnits: map(usd()),
  reportedUnits: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  cost: usd(),
  costInput: usd(),
  costCacheRead: usd(),
  costCacheWrite: usd(),
  costOutput: usd(),
  costOther: usd(),
  listCost: usd(),
  costWithoutCache: usd(),
  accruedCost: usd(),
  accrualBasis: text(),
  reportedCost: fc.option(usd()),
  priceState: fc.constantFrom('priced', 'free', 'estimated', 'unpriced'),
  unpricedRequests: count(),
  unpricedTokens: count(),
  priceVersion: word(),
  priceRows: fc.array(word(), { maxLength: 3 }),
  contractId: word(),
  contextBand: word(),
  matchedBy: word(),
  warnings: fc.array(word(), { maxLength: 3 }),
  latencyMs: fc.option(fc.nat()),
  ttftMs: fc.option(fc.nat()),
  qualityScore: fc.option(fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000)),
  resultCache: word(),
  traceId: text(),
  spanId: text(),
  parentSpanId: text(),
  responseId: text(),
  observations: fc.array(text(), { maxLength: 2 }),
})

test('entries come back from the ledger exactly as they went in', async () => {
  const { clickhouse } = engine
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(anyEntry, { minLength: 1, maxLength: 40, selector: ({ entryId }) => entryId }),
      async (entries) => {
        await clickhouse.command('TRUNCATE TABLE ledger')
        await clickhouse.insertNative('ledger', encodeEntries(entries, { timeZone: 'Asia/Kathmandu' }))
        const read = readEntries(await clickhouse.query<EntryRow>(`SELECT ${entryColumns} FROM ledger`))
        const byId = new Map(read.map((entry) => [entry.entryId, entry]))
        expect(entries.map(({ entryId }) => byId.get(entryId))).toEqual(entries)

        const wrong = await clickhouse.query(
          `SELECT at, minute, hour, day FROM ledger
           WHERE minute != toStartOfMinute(at) OR hour != toStartOfHour(at) OR day != toDate(at, 'Asia/Kathmandu')`,
        )
        expect(wrong).toEqual([])
      },
    ),
    { numRuns: 25, seed: 1 },
  )
})

test('the block has every column of the table', async () => {
  const rows = await engine.clickhouse.query<{ name: string; type: string }>(
    `SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = 'ledger' ORDER BY position`,
  )
  const [entry] = fc.sample(anyEntry, { numRuns: 1, seed: 1 })
  const { columns } = encodeEntries([entry as LedgerEntry], { timeZone: 'UTC' })
  expect(columns.toSorted()).toEqual(rows.map(({ name }) => name).toSorted())
})

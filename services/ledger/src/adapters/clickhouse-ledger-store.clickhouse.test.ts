import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ClickHouse, createClickHouse } from '@spanledger/runtime/clickhouse/client'
import { createEmbeddedClickHouse } from '@spanledger/runtime/clickhouse/embedded/embedded-clickhouse'
import { migrate } from '@spanledger/runtime/clickhouse/migrations'
import { createLogger } from '@spanledger/runtime/logger'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { hourMs, hourOf } from '../identity/identity-filter.ts'
import { eventKey } from '../identity/keys.ts'
import type { LedgerStore } from '../ports.ts'
import { landerOn } from '../testing/lander-on.ts'
import { observation, someTime } from '../testing/observations.ts'
import { createClickHouseLedgerStore } from './clickhouse-ledger-store.ts'

let clickhouse: ClickHouse
let store: LedgerStore
const dataDir = mkdtempSync(join(tmpdir(), 'spanledger-store-'))
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

const usage = { input_tokens: 100, output_tokens: 10 }
const totals = async () =>
  (
    await clickhouse.query(
      'SELECT sum(requests) AS requests, sum(input_tokens) AS input, count() AS entries FROM ledger',
    )
  )[0]

test('what was landed is found again by a ledger that starts anew, and landing it again writes nothing', async () => {
  const reports = Array.from({ length: 300 }, (_, n) =>
    observation({
      eventId: `event-${n}`,
      responseId: `response-${n}`,
      at: someTime + n * 60_000,
      requestModel: 'm',
      usage: { ...usage, audio_microseconds: 1_234_567, web_searches: 2 },
      attribution: { team: 'search', user: 'ünïcode "quoted"' },
      tags: { k: 'v', '': 'empty' },
      qualityScore: 0.9,
      latencyMs: 12,
      reportedCostAtto: 123n,
      warnings: ['TTL_ASSUMED'],
    }),
  )
  await landerOn(store).land(reports)
  expect(await totals()).toEqual({ requests: '300', input: '30000', entries: '300' })
  expect(await landerOn(store).land(reports)).toMatchObject({ requests: 0, merged: 0, known: 300, entries: 0 })
})

test('keys are read back as they were written, with their hours', async () => {
  await landerOn(store).land([
    observation({ eventId: 'e1' }),
    observation({ eventId: 'e2', at: someTime + 2 * hourMs }),
  ])
  const found: [number, string][] = []
  await store.loadKeys(hourOf(someTime), hourOf(someTime) + 1, (hour, key) => found.push([hour, key]))
  expect(found).toEqual([[hourOf(someTime), eventKey('acme', 'e1')]])
})

test('a twin leaves a reversal and a replacement, and one request', async () => {
  await landerOn(store).land([observation({ eventId: 'e1', responseId: 'r', requestModel: 'm', usage })])
  await landerOn(store).land([
    observation({
      responseId: 'r',
      rank: 30,
      dialect: 'otel_genai',
      source: 'span',
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      at: someTime - 600_000,
      responseModel: 'm-1',
    }),
  ]) // prettier-ignore
  expect(await totals()).toEqual({ requests: '1', input: '100', entries: '3' })
  const rows = await clickhouse.query(
    'SELECT kind, revision, requests, response_model, reason, sources FROM ledger ORDER BY revision, requests DESC',
  )
  expect(rows).toEqual([
    { kind: 'charge', revision: 0, requests: '1', response_model: '', reason: '', sources: ['usage_event'] },
    {
      kind: 'adjustment',
      revision: 0,
      requests: '-1',
      response_model: '',
      reason: 'twin_merged',
      sources: ['usage_event'],
    },
    {
      kind: 'adjustment',
      revision: 1,
      requests: '1',
      response_model: 'm-1',
      reason: 'twin_merged',
      sources: ['otel_genai', 'usage_event'],
    }, // prettier-ignore
  ])
})

test('charges weeks apart that share a key are found, merged, and stay merged', async () => {
  const lander = landerOn(store)
  const now = Date.now()
  const twins = [0, 20 * 24 * hourMs].map((age) =>
    observation({ eventId: `e${age}`, responseId: 'r', requestModel: 'm', usage, at: now - age }),
  ) // prettier-ignore
  await lander.land(twins.slice(0, 1))
  await lander.land(twins.slice(1))
  expect(await totals()).toMatchObject({ requests: '2' })
  const keys = await store.findSharedKeys(35)
  expect(keys).toHaveLength(1)
  await lander.reconcile(keys, hourOf(now) - 36 * 24, hourOf(now))
  expect(await totals()).toMatchObject({ requests: '1', input: '100' })
  expect(await store.findSharedKeys(35)).toEqual([])
  expect(await landerOn(store).land(twins)).toMatchObject({ entries: 0 })
})

test('a rejected record is one row however often it is written', async () => {
  const rejected = {
    tenant: 'acme',
    receivedAt: someTime,
    topic: 'usage_events',
    partition: 0,
    offset: 7,
    recordIndex: 0,
    code: 'USAGE_NEGATIVE' as const,
    message: 'input_tokens is negative',
    record: '{"a":"b"}',
  }
  await store.insertRejected([rejected, { ...rejected, recordIndex: 1 }])
  await store.insertRejected([rejected])
  const rows = await clickhouse.query('SELECT count() AS count, any(message) AS message FROM rejected FINAL')
  expect(rows).toEqual([{ count: '2', message: 'input_tokens is negative' }])
})

test('a price version is recorded once, with its content', async () => {
  await store.recordPriceVersion('v1', '{"rows":[]}')
  await store.recordPriceVersion('v1', '{"rows":[]}')
  expect(await clickhouse.query('SELECT price_version, content FROM price_versions')).toEqual([
    { price_version: 'v1', content: '{"rows":[]}' },
  ])
})

test('settling an insert that is over, and claiming what nobody holds, is quiet', async () => {
  await store.settle('nothing-like-that')
  expect(await store.claim([{ topic: 'otlp_spans', partition: 0 }])).toEqual({ hasOthers: false })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ClickHouse, createClickHouse } from '@spanledger/runtime/clickhouse/client'
import { createEmbeddedClickHouse } from '@spanledger/runtime/clickhouse/embedded/embedded-clickhouse'
import { migrate } from '@spanledger/runtime/clickhouse/migrations'
import { createLogger } from '@spanledger/runtime/logger'
import { uuidFromBytes } from '@spanledger/schemas/uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadCatalogue } from '../adapters/catalogue-file.ts'
import { createClickHouseLedgerStore } from '../adapters/clickhouse-ledger-store.ts'
import { entryId, eventKey } from '../identity/keys.ts'
import { chargeOf } from '../landing/charge.ts'
import { reversalOf } from '../landing/reversal.ts'
import { createPriceEngine } from '../pricing/engine.ts'
import { observation, someTime } from '../testing/observations.ts'
import { createExplainer } from './explainer.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'spanledger-explain-'))
const server = createEmbeddedClickHouse({
  dataDir,
  httpPort: 0,
  logger: createLogger({ name: 'test', level: 'silent' }),
})
const engine = createPriceEngine({ catalogue: loadCatalogue() })
const identity = eventKey('acme', 'e-1')
const first = chargeOf(
  observation({ eventId: 'e-1', responseId: 'chatcmpl-1', requestModel: 'gpt-4o', usage: { input_tokens: 1000 } }),
  engine.price,
  { identity, identityKeys: [identity], recordedAt: someTime, sources: ['usage_event'] },
)
const better = chargeOf(
  observation({
    responseId: 'chatcmpl-1',
    requestModel: 'gpt-4o',
    responseModel: 'gpt-4o-2024-08-06',
    usage: { input_tokens: 1000, cache_read_tokens: 200, output_tokens: 100 },
  }),
  engine.price,
  { identity, identityKeys: [identity], recordedAt: someTime + 5, sources: ['span', 'usage_event'] },
)
const replacement = {
  ...better,
  attribution: { team: 'search', feature: 'summaries' },
  entryId: entryId('acme', identity, 1, '+'),
  kind: 'adjustment' as const,
  revision: 1,
  reason: 'twin_merged',
}
const unknownVersion = {
  ...first,
  entryId: entryId('acme', identity, 7, '+'),
  identity: eventKey('acme', 'e-2'),
  identityKeys: [eventKey('acme', 'e-2')],
  responseId: '',
  priceVersion: 'gone',
}

let clickhouse: ClickHouse
beforeAll(async () => {
  await server.start()
  clickhouse = createClickHouse(server)
  await migrate(clickhouse, {})
  const store = createClickHouseLedgerStore({ clickhouse, timeZone: 'UTC', group: 'test', instance: 'one' })
  await store.recordPriceVersion(engine.version, engine.content)
  const reversal = reversalOf(first, 'twin_merged', someTime + 5)
  await store.insert([first, reversal, replacement, unknownVersion], 'all')
})
afterAll(async () => {
  await clickhouse?.close()
  await server.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

test.each(['e-1', 'chatcmpl-1', uuidFromBytes(replacement.entryId)])(
  '%s is explained to the last digit',
  async (id) => {
    const explanation = await createExplainer({ clickhouse })(id)
    expect(explanation).toMatchObject({
      entry_id: uuidFromBytes(replacement.entryId),
      at: '2026-11-20T10:20:00.000Z',
      provider: 'openai',
      model: 'gpt-4o',
      attribution: { team: 'search', feature: 'summaries' },
      request_model: 'gpt-4o',
      response_model: 'gpt-4o-2024-08-06',
      price_state: 'priced',
      matched_by: 'alias:gpt-4o-2024-08-06',
      price_version: engine.version,
      sources: ['span', 'usage_event'],
      cost: '0.00325',
      list_cost: '0.00325',
      reported_cost: null,
    })
    expect(explanation?.lines).toEqual([
      line('cache_read_tokens', '200', '1.25', '0.00025'),
      line('input_tokens', '800', '2.5', '0.002'),
      line('output_tokens', '100', '10', '0.001'),
    ])
    expect(explanation?.revisions.map(({ kind, revision, reason, cost }) => [kind, revision, reason, cost])).toEqual([
      ['charge', 0, '', '0.0025'],
      ['adjustment', 0, 'twin_merged', '-0.0025'],
      ['adjustment', 1, 'twin_merged', '0.00325'],
    ])
  },
)

test('an entry that was taken back is still explained, by its own id', async () => {
  const explanation = await createExplainer({ clickhouse })(uuidFromBytes(first.entryId))
  expect(explanation?.cost).toBe('0.0025')
  expect(explanation?.lines).toEqual([line('input_tokens', '1000', '2.5', '0.0025')])
})

test('an id that nobody reported is null', async () => {
  const explain = createExplainer({ clickhouse })
  expect(await explain('nothing')).toBeNull()
  expect(await explain('')).toBeNull()
  expect(await explain('00000000-0000-0000-0000-000000000000')).toBeNull()
})

test('a charge whose prices are gone says so', async () => {
  await expect(createExplainer({ clickhouse })('e-2')).rejects.toMatchObject({ code: 'PRICE_VERSION_MISSING' })
})

function line(meter: string, quantity: string, unit_price: string, amount: string) {
  const list = { currency: 'USD', fx: null, contract_id: '', adjustment: '', list_price: '' }
  const amounts = { amount, native_amount: amount, list_amount: amount }
  return { meter, quantity, unit_price, per: 1_000_000, ...amounts, price_row: 'openai/gpt-4o', ...list }
}

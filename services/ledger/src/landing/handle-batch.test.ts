import { createMemoryEventLog } from '@spanledger/runtime/event-log/memory'
import { SpanledgerError } from '@spanledger/runtime/errors'
import type { LogEntry } from '@spanledger/runtime/event-log/port'
import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { rejectedTopic, topics } from '@spanledger/schemas/events/topics'
import { expect, test } from 'vitest'
import { createReader } from '../decode/reader.ts'
import { createLedgerEvents } from '../events.ts'
import type { PriceRequest } from '../pricing/types.ts'
import { landerOn } from '../testing/lander-on.ts'
import { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { somePrice, someTime } from '../testing/observations.ts'
import { createBatchHandler } from './handle-batch.ts'

async function ledger(price: (request: PriceRequest) => ReturnType<typeof somePrice> = somePrice) {
  const store = new MemoryLedgerStore()
  const log = createMemoryEventLog()
  await log.start()
  const metrics = createMetrics()
  const lander = landerOn(store, { price })
  const events = createLedgerEvents(createLogger({ name: 'test', level: 'silent' }), metrics)
  return { store, log, metrics, handle: createBatchHandler({ log, store, lander, read: createReader(), events }) }
}

function entry(offset: number, value: string | Uint8Array, topic: string = topics.usageEvents): LogEntry {
  return { topic, partition: 0, offset, appendedAtMs: someTime, key: '', value: Buffer.from(value), headers: {} }
}

const event = (id: string, input: number) =>
  JSON.stringify({
    event_id: id,
    at: new Date(someTime).toISOString(),
    provider: 'openai',
    model: 'gpt-4o',
    usage: { input_tokens: input, output_tokens: 1 },
  })

test('what cannot be read is a dead letter with its reason, and everything beside it is charged', async () => {
  const { store, log, handle } = await ledger()
  const batch = [
    entry(0, event('a', 10)),
    entry(1, 'not JSON'),
    entry(2, event('b', -1)),
    entry(3, Buffer.from([0xff, 0xff]), topics.spans),
    entry(4, event('c', 20)),
  ]
  await handle(batch)
  await handle(batch)
  expect(
    store
      .live()
      .map(({ inputTokens }) => inputTokens)
      .toSorted(),
  ).toEqual([10, 20])
  expect([...store.rejected.values()].map(({ offset, code }) => [offset, code])).toEqual([
    [1, 'RECORD_UNDECODABLE'],
    [2, 'USAGE_NEGATIVE'],
    [3, 'RECORD_UNDECODABLE'],
  ])
  expect(await log.lag('reader', [rejectedTopic(topics.usageEvents), rejectedTopic(topics.spans)])).toBe(6)
})

test('a request that breaks the engine is a dead letter, and takes none of its batch down', async () => {
  const { store, handle } = await ledger((request) => {
    if (request.usage?.input_tokens === 666) throw new RangeError('usage contradicts itself')
    return somePrice(request)
  })
  await handle(Array.from({ length: 100 }, (_, n) => entry(n, event(`e${n}`, n === 37 || n === 99 ? 666 : n))))
  expect(store.live()).toHaveLength(98)
  expect([...store.rejected.values()].map(({ offset, code, message }) => [offset, code, message])).toEqual([
    [37, 'RECORD_UNCHARGEABLE', 'usage contradicts itself'],
    [99, 'RECORD_UNCHARGEABLE', 'usage contradicts itself'],
  ])
})

test('a broken world is no dead letter: the batch is refused whole, and lands when it is handled again', async () => {
  const { store, handle } = await ledger()
  store.failInsert = 'written'
  await expect(handle([entry(0, event('a', 1)), entry(1, 'junk')])).rejects.toBeInstanceOf(SpanledgerError)
  expect(store.rejected.size).toBe(0)
  await handle([entry(0, event('a', 1)), entry(1, 'junk')])
  expect(store.entries).toHaveLength(1)
  expect(store.rejected.size).toBe(1)
})

test.each([
  ['a full log', 'LOG_FULL', true],
  ['a topic that takes no record so large', 'RECORD_TOO_LARGE', false],
])('%s keeps no batch with dead letters from being done: the table has them', async (_, code, retryable) => {
  const { store, log, handle } = await ledger()
  const full = new SpanledgerError(code, 'refused', { retryable, hint: 'wait' })
  log.append = () => Promise.reject(full)
  await handle([entry(0, 'junk'), entry(1, event('a', 1))])
  expect(store.rejected.size).toBe(1)
  expect(store.live()).toHaveLength(1)
})

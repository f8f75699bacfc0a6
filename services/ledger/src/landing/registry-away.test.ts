import { newestSchemaOf } from '@spanledger/runtime/avro/released-schemas'
import type { SchemaRegistry } from '@spanledger/runtime/avro/schema-registry'
import { createFileSchemaRegistry } from '@spanledger/runtime/avro/file-schema-registry'
import { createUsageEventCodec } from '@spanledger/runtime/avro/usage-event-codec'
import { createConsumer } from '@spanledger/runtime/consumer/consumer'
import { SpanledgerError } from '@spanledger/runtime/errors'
import { createMemoryEventLog } from '@spanledger/runtime/event-log/memory'
import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { eventually } from '@spanledger/runtime/testing/eventually'
import { topics } from '@spanledger/schemas/events/topics'
import { expect, test } from 'vitest'
import { createPrepare, createReader } from '../decode/reader.ts'
import { createLedgerEvents } from '../events.ts'
import { landerOn } from '../testing/lander-on.ts'
import { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { createBatchHandler } from './handle-batch.ts'

test('while the registry is away a batch waits, readiness says why, and then everything is charged', async () => {
  const files = createFileSchemaRegistry()
  let away = true
  const registry: SchemaRegistry = {
    register: () => Promise.resolve(7),
    lookup() {
      const error = new SpanledgerError('SCHEMA_REGISTRY_UNAVAILABLE', 'it is away', { retryable: true, hint: 'wait' })
      return away ? Promise.reject(error) : files.lookup(newestSchemaOf(topics.usageEvents).id)
    },
  }
  const usageEvents = createUsageEventCodec(registry)
  await usageEvents.ready()
  const logger = createLogger({ name: 'test', level: 'silent' })
  const metrics = createMetrics()
  const store = new MemoryLedgerStore()
  const log = createMemoryEventLog()
  await log.start()
  const handle = createBatchHandler({
    log,
    store,
    lander: landerOn(store),
    prepare: createPrepare(usageEvents),
    read: createReader({ usageEvents }),
    events: createLedgerEvents(logger, metrics),
  })
  const batch = { maxEntries: 10, maxBytes: 1e6, lingerMs: 1, inFlight: 1 }
  const consumer = createConsumer({
    log,
    group: 'ledger',
    topics: [topics.usageEvents],
    handle,
    batch,
    logger,
    metrics,
  })
  const value = usageEvents.encode({
    event_id: 'e1',
    at: Date.now(),
    provider: 'openai',
    model: 'gpt-4o',
    usage: { input_tokens: 1 },
    attribution: {},
    tags: {},
    status: 'ok',
    result_cache: 'none',
    warnings: [],
  })
  await log.append([{ topic: topics.usageEvents, key: 'e1', value }])
  await consumer.start()
  await eventually('it says so', () => consumer.problem()?.includes('it is away') === true)
  expect([store.entries.length, store.rejected.size]).toEqual([0, 0])
  away = false
  await eventually('it is charged', () => store.live().length === 1)
  expect(store.rejected.size).toBe(0)
  await consumer.stop()
  await log.stop()
})

import { createUsageEventCodec } from '@spanledger/runtime/avro/usage-event-codec'
import { startApicurio } from '@spanledger/runtime/testing/apicurio'
import { writeUnkeyed } from '@spanledger/runtime/testing/kafka/write-unkeyed'
import { sharedKafka } from '@spanledger/runtime/testing/shared-kafka'
import { topics } from '@spanledger/schemas/events/topics'
import { afterEach, expect, test } from 'vitest'
import { createKafkaServices, type KafkaServices } from '../harness/kafka-services.ts'
import { send } from '../harness/send.ts'
import { expectedOf, ledgerTotals, traffic } from '../harness/traffic.ts'

const kafka = sharedKafka()
const undo: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const each of undo.splice(0).toReversed()) await each()
})

test('with a schema registry: its ids are in the log, what was written without it is charged too, what it never saw is not', async (context) => {
  const registry = await startApicurio()
  if ('missing' in registry) return context.skip(registry.missing)
  undo.push(() => registry.stop())
  const env = { SCHEMA_REGISTRY_URL: registry.url }
  const services: KafkaServices = await createKafkaServices({ brokers: kafka.brokers, ledgers: 1, env })
  undo.push(() => services.dispose())
  await Promise.all([services.collector, ...services.ledgers].map((each) => each.start()))

  const requests = await traffic('azure-code', { endAtMs: Date.now() - 3_600_000, limit: 500 })
  await send(services, requests, { as: 'events' })
  const subjects = (await (await fetch(`${registry.url}/subjects`)).json()) as string[]
  expect(subjects).toEqual([services.topic('usage_events-value')])

  const earlier = createUsageEventCodec()
  await earlier.ready()
  const value = earlier.encode({
    event_id: 'before-the-registry',
    at: Date.now() - 60_000,
    provider: 'nobody',
    model: 'free',
    attribution: {},
    tags: {},
    status: 'error',
    result_cache: 'none',
    warnings: [],
  })
  const unknown = Buffer.from(value)
  unknown.writeUInt32BE(1_234_567, 1)
  await writeUnkeyed(kafka.brokers, services.topic(topics.usageEvents), [value, unknown])
  await services.untilDrained()

  const expected = expectedOf(requests)
  expect(await ledgerTotals(services.sql)).toMatchObject({ cost: expected.cost, requests: String(requests.length + 1) })
  const rejected = await services.sql<{ code: string; message: string }>('SELECT code, message FROM rejected')
  expect(rejected).toEqual([
    { code: 'SCHEMA_UNKNOWN', message: expect.stringContaining('has no schema 1234567') as string },
  ])
})

import { fileURLToPath } from 'node:url'
import { asSpan } from '@spanledger/cli/traces/as-span'
import { asUsageEvent } from '@spanledger/cli/traces/as-usage-event'
import type { TimedRequest } from '@spanledger/cli/traces/rebase'
import { sharedKafka } from '@spanledger/runtime/testing/shared-kafka'
import { topics } from '@spanledger/schemas/events/topics'
import { afterEach, expect, test } from 'vitest'
import { sendByGrpc } from '../harness/grpc-door.ts'
import { brokenInvariants } from '../harness/invariants.ts'
import { createKafkaServices, type KafkaServices } from '../harness/kafka-services.ts'
import { pythonProducers, runProducer } from '../harness/python.ts'
import { send } from '../harness/send.ts'
import { spanLine } from '../harness/span-line.ts'
import { writeSpans } from '../harness/straight-to-kafka.ts'
import { expectedOf, ledgerTotals, traffic } from '../harness/traffic.ts'
import { until } from '../harness/until.ts'

const kafka = sharedKafka()
const eventSchema = fileURLToPath(new URL('../../schemas/events/usage-event.v1.avsc', import.meta.url))
const eventSchemaId = '1900000001'

let services: KafkaServices | undefined
afterEach(() => services?.dispose())

async function started(ledgerArgs: readonly string[]): Promise<KafkaServices> {
  services = await createKafkaServices({ brokers: kafka.brokers, ledgerArgs })
  await Promise.all([services.collector, ...services.ledgers].map((each) => each.start()))
  return services
}

test('from OTLP over HTTP and gRPC, the Python exporter, Avro and OTLP straight on Kafka, with two ledgers: exact sums', {
  timeout: 300_000,
}, async (context) => {
  const python = await pythonProducers()
  if ('missing' in python) return context.skip(python.missing)
  const target = await started(['--audit-seconds', '2'])
  const requests = await traffic('azure-code', { endAtMs: Date.now() - 3_600_000, limit: 6_000 })
  const part = (number: number) => requests.filter((_, index) => index % 6 === number)
  const spansOf = (some: readonly TimedRequest[]) => some.map(asSpan)
  const spans = target.topic(topics.spans)
  const events = target.topic(topics.usageEvents)
  const avro = ['avro_events.py', [kafka.brokers.join(','), events, eventSchema, eventSchemaId]] as const
  await Promise.all([
    send(target, part(0), { as: 'both' }),
    sendByGrpc(target.grpcAddress, spansOf(part(1))),
    runProducer(python.python, 'otlp_spans.py', [target.doorUrl, '100'], part(2).map(spanLine)),
    runProducer(python.python, ...avro, part(3).map(asUsageEvent)),
    writeSpans(kafka.brokers, spans, spansOf(part(4))),
    // The same requests by two ways: the door, and past it without a key; as the same span, and as another source.
    send(target, part(5), { as: 'spans' }),
    writeSpans(kafka.brokers, spans, spansOf(part(5))),
    runProducer(python.python, ...avro, part(5).map(asUsageEvent)),
  ])
  await target.untilDrained()
  const expected = expectedOf(requests)
  await until(
    'the auditor to have merged what came by two ways',
    async () => Number((await ledgerTotals(target.sql)).requests) === requests.length,
    { withinMs: 60_000, everyMs: 500 },
  ).catch(() => undefined)
  expect(await ledgerTotals(target.sql)).toEqual(expected)
  expect(await brokenInvariants(target.sql, { audited: true, shared: true })).toEqual({})
  const writers = await target.sql('SELECT writer, count() AS n FROM ledger GROUP BY writer')
  expect(writers).toHaveLength(2)
})

test('keyed by the door, with two ledgers and no auditor: exact sums, nothing written twice, the work shared', async () => {
  const target = await started(['--no-auditor'])
  const requests = await traffic('azure-code', { endAtMs: Date.now() - 3_600_000 })
  await send(target, requests, { as: 'both' })
  await target.untilDrained()
  expect(await ledgerTotals(target.sql)).toEqual(expectedOf(requests))
  expect(await brokenInvariants(target.sql)).toEqual({})
  const writers = await target.sql<{ n: string }>('SELECT writer, count() AS n FROM ledger GROUP BY writer')
  expect(writers).toHaveLength(2)
  const leaders = await Promise.all(
    target.adminUrls.map(
      async (url) => /^spanledger_auditor_leader (\d)/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1],
    ),
  )
  expect(leaders.toSorted()).toEqual(['0', '1'])
  for (const each of [...target.ledgers, target.collector]) expect(await each.stop()).toBe(0)
})

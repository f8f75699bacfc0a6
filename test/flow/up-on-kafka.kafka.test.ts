import { randomBytes } from 'node:crypto'
import { sharedKafka } from '@spanledger/runtime/testing/shared-kafka'
import { topics } from '@spanledger/schemas/events/topics'
import { afterEach, expect, test } from 'vitest'
import { send } from '../harness/send.ts'
import { createSpanledger, runSpanledger, type Spanledger } from '../harness/spanledger.ts'
import { expectedOf, ledgerTotals, traffic } from '../harness/traffic.ts'
import { until } from '../harness/until.ts'

const kafka = sharedKafka()
let spanledger: Spanledger | undefined
afterEach(() => spanledger?.dispose())

test('spanledger up with KAFKA_BROKERS keeps its log there, with a ClickHouse of its own', async () => {
  const prefix = `up-${randomBytes(4).toString('hex')}.`
  const env = { KAFKA_BROKERS: kafka.brokers.join(','), KAFKA_TOPIC_PREFIX: prefix, KAFKA_GROUP_PREFIX: prefix }
  const target = (spanledger = await createSpanledger({ env }))
  await target.start()
  const requests = await traffic('azure-code', { endAtMs: Date.now() - 3_600_000, limit: 500 })
  await send(target, requests, { as: 'both' })
  const isThere = async () => Number((await ledgerTotals(target.sql)).requests) === requests.length
  await until('the charges', isThere, { withinMs: 60_000 })
  expect(await ledgerTotals(target.sql)).toEqual(expectedOf(requests))
  const { stdout } = await runSpanledger(['topics'], { env })
  expect(stdout).toContain(`${prefix}${topics.usageEvents}`)
  expect((await fetch(`${target.doorUrl}/readyz`)).status).toBe(200)
  expect(await target.stop()).toBe(0)
})

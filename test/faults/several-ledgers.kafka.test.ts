import { setTimeout as pause } from 'node:timers/promises'
import { asSpan } from '@spanledger/cli/traces/as-span'
import { type KafkaCluster, startKafka } from '@spanledger/runtime/testing/kafka-broker'
import { sharedKafka } from '@spanledger/runtime/testing/shared-kafka'
import { createRandom } from '@spanledger/runtime/testing/seeded-random'
import { topics } from '@spanledger/schemas/events/topics'
import { afterEach, expect, test } from 'vitest'
import { brokenInvariants } from '../harness/invariants.ts'
import { createKafkaServices, type KafkaServices } from '../harness/kafka-services.ts'
import { seedOfRun } from '../harness/seed-of-run.ts'
import { send } from '../harness/send.ts'
import { writeSpans } from '../harness/straight-to-kafka.ts'
import { expectedOf, ledgerTotals, traffic } from '../harness/traffic.ts'
import { until } from '../harness/until.ts'

/** Longer than a member may be silent (`createKafkaServices`). */
const sessionMs = 6_000

const kafka = sharedKafka()
let services: KafkaServices | undefined
let cluster: KafkaCluster | undefined
afterEach(async () => {
  await services?.dispose()
  await cluster?.stop()
  services = cluster = undefined
})

interface Started extends KafkaServices {
  readonly random: () => number
}

async function started(name: string, brokers: readonly string[], ledgers: number, auditor = false): Promise<Started> {
  const seed = seedOfRun()
  console.log(`${name}: FAULT_SEED=${seed}`)
  const ledgerArgs = auditor ? ['--audit-seconds', '1'] : ['--no-auditor']
  services = await createKafkaServices({ brokers, ledgers, ledgerArgs })
  await Promise.all([services.collector, ...services.ledgers].map((each) => each.start()))
  return { ...services, random: createRandom(seed) }
}

const requestsOfNow = (limit?: number) =>
  traffic('azure-code', { endAtMs: Date.now() - 3_600_000, ...(limit !== undefined && { limit }) })

async function expectExact(target: KafkaServices, requests: Awaited<ReturnType<typeof traffic>>): Promise<void> {
  await target.untilDrained(120_000)
  expect(await ledgerTotals(target.sql)).toEqual(expectedOf(requests))
  expect(await brokenInvariants(target.sql)).toEqual({})
}

test('ledgers killed with kill -9, leaving and coming back at random moments of a replay: the sums stay exact, without an auditor', {
  timeout: 300_000,
}, async () => {
  const target = await started('several ledgers, kills', kafka.brokers, 3)
  const { ledgers, random } = target
  const requests = await requestsOfNow()
  const sending = send(target, requests, { as: 'both', seconds: 35 })
  for (let event = 0; event < 6; event++) {
    const ledger = ledgers[Math.floor(random() * ledgers.length)] as (typeof ledgers)[number]
    await pause(random() * 2_500)
    if (random() < 0.7) await ledger.kill()
    else await ledger.stop()
    await pause(random() * 2_500)
    await ledger.start()
  }
  expect(await sending).toMatchObject({ acknowledged: requests.length, rejected: 0 })
  await expectExact(target, requests)
})

test('a ledger that stands still for longer than its session, and goes on: the sums stay exact, without an auditor', {
  timeout: 300_000,
}, async () => {
  const target = await started('several ledgers, pauses', kafka.brokers, 2)
  const requests = await requestsOfNow()
  const sending = send(target, requests, { as: 'both', seconds: 40 })
  for (let event = 0; event < 3; event++) {
    const ledger = target.ledgers[event % 2] as (typeof target.ledgers)[number]
    await pause(target.random() * 3_000)
    process.kill(ledger.pid(), 'SIGSTOP')
    await pause(sessionMs + 2_000 + target.random() * 2_000)
    process.kill(ledger.pid(), 'SIGCONT')
  }
  expect(await sending).toMatchObject({ acknowledged: requests.length, rejected: 0 })
  await expectExact(target, requests)
})

test('kill -9 of the broker, and of ClickHouse, during a replay: nothing is missing and the sums stay exact, without an auditor', {
  timeout: 300_000,
}, async (context) => {
  const own = await startKafka()
  if ('missing' in own) return context.skip(own.missing)
  cluster = own
  const target = await started('several ledgers, broker and ClickHouse', own.brokers, 2)
  const requests = await requestsOfNow()
  const sending = send(target, requests, { as: 'both', seconds: 40 })
  for (let event = 0; event < 2; event++) {
    await pause(1_000 + target.random() * 2_000)
    await own.kill()
    for (const url of target.adminUrls) {
      const answer = await fetch(`${url}/readyz`)
      expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining(own.brokers[0] as string)])
    }
    await pause(target.random() * 3_000)
    await own.restart()
    await pause(1_000 + target.random() * 2_000)
    const { server } = target.server
    const killed = server.pid
    process.kill(killed, 'SIGKILL')
    await until('ClickHouse to be back', () => server.pid !== killed && server.health().ready, { everyMs: 20 })
  }
  expect(await sending).toMatchObject({ acknowledged: requests.length, rejected: 0 })
  await expectExact(target, requests)
})

test('twins on other partitions, and ledgers killed and paused at random: exact after the auditor', {
  timeout: 300_000,
}, async () => {
  const target = await started('several ledgers, twins and kills', kafka.brokers, 2, true)
  const { ledgers, random } = target
  const requests = await requestsOfNow(3_000)
  const spans = requests.map(asSpan)
  const sending = send(target, requests, { as: 'events', seconds: 20 })
  const twins = (async () => {
    for (let from = 0; from < spans.length; from += 250) {
      await writeSpans(kafka.brokers, target.topic(topics.spans), spans.slice(from, from + 250))
      await pause(1_500)
    }
    // The same once more: anybody's retry.
    await writeSpans(kafka.brokers, target.topic(topics.spans), spans)
  })()
  for (let event = 0; event < 3; event++) {
    const ledger = ledgers[Math.floor(random() * 2)] as (typeof ledgers)[number]
    await pause(random() * 3_000)
    if (random() < 0.5) {
      await ledger.kill()
      await ledger.start()
    } else {
      process.kill(ledger.pid(), 'SIGSTOP')
      await pause(sessionMs + 2_000)
      process.kill(ledger.pid(), 'SIGCONT')
    }
  }
  await Promise.all([sending, twins])
  await target.untilDrained(120_000)
  const expected = expectedOf(requests)
  const isExact = async () => JSON.stringify(await ledgerTotals(target.sql)) === JSON.stringify(expected)
  await until('the auditor', isExact, { withinMs: 60_000, everyMs: 500 }).catch(() => undefined)
  expect(await ledgerTotals(target.sql)).toEqual(expected)
  expect(await brokenInvariants(target.sql, { audited: true, shared: true })).toEqual({})
})

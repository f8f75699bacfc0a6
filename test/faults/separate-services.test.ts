import { createRandom } from '@spanledger/runtime/testing/seeded-random'
import { afterEach, expect, test } from 'vitest'
import { untilDrained } from '../harness/event-log.ts'
import { brokenInvariants } from '../harness/invariants.ts'
import { seedOfRun } from '../harness/seed-of-run.ts'
import { send } from '../harness/send.ts'
import { createSeparateServices, type SeparateServices } from '../harness/separate-services.ts'
import { expectedOf, ledgerTotals, traffic } from '../harness/traffic.ts'
import { until } from '../harness/until.ts'

let apart: SeparateServices | undefined
afterEach(() => apart?.dispose())

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function started(): Promise<SeparateServices> {
  apart = await createSeparateServices({ ledgerArgs: ['--no-auditor'] })
  await Promise.all([apart.collector, apart.ledger, apart.console].map((each) => each.start()))
  return apart
}

test('door, ledger and console as three processes on one data directory: exact sums, and the page shows them', async () => {
  const { doorUrl, consoleUrl, dataDir, sql, ...services } = await started()
  const requests = await traffic('azure-code', { endAtMs: Date.now() - 3_600_000 })
  await send({ doorUrl }, requests, { as: 'both' })
  await untilDrained(dataDir)
  expect(await ledgerTotals(sql)).toEqual(expectedOf(requests))
  expect(await brokenInvariants(sql)).toEqual({})
  expect((await fetch(`${consoleUrl}/readyz`)).status).toBe(200)
  for (const each of [services.console, services.ledger, services.collector]) expect(await each.stop()).toBe(0)
})

test('kill -9 of the ledger alone while its inserts go on in ClickHouse: the sums stay exact', async () => {
  const seed = seedOfRun()
  console.log(`kill test of the ledger alone: FAULT_SEED=${seed}`)
  const random = createRandom(seed)
  const { doorUrl, dataDir, sql, ledger } = await started()
  const requests = await traffic('azure-conversation', { endAtMs: Date.now() - 3_600_000 })
  const insertsUnderWay = async () =>
    Number(
      (await sql<{ n: string }>("SELECT count() AS n FROM system.processes WHERE query_kind = 'Insert'"))[0]?.n ?? 0,
    )
  let outlived = 0
  const sending = send({ doorUrl }, requests, { as: 'both', seconds: 12 })
  for (let kill = 0; kill < 10; kill++) {
    await pause(random() * 300)
    // Half of the kills wait for an insert to be seen, and hit it.
    if (random() < 0.5)
      await until('an insert', async () => (await insertsUnderWay()) > 0, { withinMs: 2_000, everyMs: 0 }).catch(
        () => undefined,
      )
    await ledger.kill()
    if ((await insertsUnderWay()) > 0) outlived++
    await ledger.start()
  }
  expect(await sending).toMatchObject({ acknowledged: requests.length, rejected: 0 })
  await untilDrained(dataDir)
  console.log(`${outlived} inserts outlived their ledger`)
  expect(await ledgerTotals(sql)).toEqual(expectedOf(requests))
  expect(await brokenInvariants(sql)).toEqual({})
})

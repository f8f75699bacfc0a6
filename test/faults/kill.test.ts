import { createRandom } from '@spanledger/runtime/testing/seeded-random'
import { afterEach, expect, test } from 'vitest'
import { untilDrained } from '../harness/event-log.ts'
import { isRunning, processesMentioning, processTree } from '../harness/processes.ts'
import { seedOfRun } from '../harness/seed-of-run.ts'
import { send } from '../harness/send.ts'
import { createSpanledger, type Spanledger } from '../harness/spanledger.ts'
import { expectedOf, ledgerTotals, traffic } from '../harness/traffic.ts'
import { until } from '../harness/until.ts'

let spanledger: Spanledger | undefined
afterEach(() => spanledger?.dispose())

async function started(): Promise<Spanledger> {
  spanledger = await createSpanledger({ args: ['--no-auditor'] })
  await spanledger.start()
  return spanledger
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test('20 kill -9 of the whole group at random moments of a replay: the sums stay exact', async () => {
  const seed = seedOfRun()
  console.log(`kill test: FAULT_SEED=${seed}`)
  const random = createRandom(seed)
  const target = await started()
  const requests = await traffic('azure-conversation', { endAtMs: Date.now() - 3_600_000 })
  let isSent = false
  const sending = send(target, requests, { as: 'both', seconds: 40 }).finally(() => (isSent = true))
  let killsDuringReplay = 0
  let starting = Promise.resolve()
  for (let kill = 0; kill < 20; kill++) {
    // Three of four while it works, the others while it starts.
    if (random() < 0.75) await starting
    await pause(random() * 1_500)
    if (!isSent) killsDuringReplay++
    await target.kill()
    await starting.catch(() => undefined)
    starting = target.start()
    starting.catch(() => undefined)
  }
  await starting
  const summary = await sending
  expect(summary).toMatchObject({ acknowledged: requests.length, rejected: 0 })
  expect(killsDuringReplay).toBe(20)
  await untilDrained(target.dataDir)
  expect(await ledgerTotals(target.sql)).toEqual(expectedOf(requests))
  expect(await target.stop()).toBe(0)
  expect(processesMentioning(target.dataDir)).toEqual([])
})

test('ClickHouse dies with its parent, also on kill -9 of the parent alone', async () => {
  const target = await started()
  const [parent, ...children] = processTree(target.pid()) as [number, ...number[]]
  expect(children.length).toBeGreaterThan(0)
  process.kill(parent, 'SIGKILL')
  await until('the children to be gone', () => !children.some(isRunning), { withinMs: 10_000, everyMs: 20 })
  expect(processesMentioning(target.dataDir)).toEqual([])
})

test('kill -9 of ClickHouse alone, five times during a replay: it comes back and the sums stay exact', async () => {
  const seed = seedOfRun()
  console.log(`kill test of ClickHouse: FAULT_SEED=${seed}`)
  const random = createRandom(seed)
  const target = await started()
  const requests = await traffic('azure-code', { endAtMs: Date.now() - 3_600_000 })
  const sending = send(target, requests, { as: 'both', seconds: 10 })
  for (let kill = 0; kill < 5; kill++) {
    await pause(500 + random() * 1_500)
    const server = await until('ClickHouse to run', () => processTree(target.pid())[1])
    process.kill(server, 'SIGKILL')
    await until('ClickHouse to be gone', () => !isRunning(server), { everyMs: 5 })
  }
  await sending
  await untilDrained(target.dataDir)
  expect(await ledgerTotals(target.sql)).toEqual(expectedOf(requests))
})

test('SIGTERM while traffic arrives drains and exits with 0; what was acknowledged is there after the next start', async () => {
  const target = await started()
  const requests = await traffic('azure-code', { endAtMs: Date.now() - 3_600_000 })
  const sending = send(target, requests, { as: 'both', seconds: 6 })
  await pause(2_000)
  expect(await target.stop()).toBe(0)
  expect(processesMentioning(target.dataDir)).toEqual([])
  await target.start()
  await sending
  await untilDrained(target.dataDir)
  expect(await ledgerTotals(target.sql)).toEqual(expectedOf(requests))
})

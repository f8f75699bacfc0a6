import { createTcpProxy, type TcpProxy } from '@spanledger/runtime/testing/tcp-proxy'
import { createRandom } from '@spanledger/runtime/testing/seeded-random'
import { afterEach, expect, test } from 'vitest'
import { bodiesOf } from '@spanledger/cli/replay/bodies'
import { untilDrained } from '../harness/event-log.ts'
import { brokenInvariants } from '../harness/invariants.ts'
import { seedOfRun } from '../harness/seed-of-run.ts'
import { send } from '../harness/send.ts'
import { createSeparateServices, type SeparateServices } from '../harness/separate-services.ts'
import { expectedOf, ledgerTotals, traffic } from '../harness/traffic.ts'
import { until } from '../harness/until.ts'

/** The ledger reaches its ClickHouse over a wire that fails; the auditor is off, so nothing is mended afterwards. */
let apart: SeparateServices | undefined
let proxy: TcpProxy | undefined
afterEach(async () => {
  await apart?.dispose()
  await proxy?.close()
})

async function started(env: Record<string, string> = {}): Promise<SeparateServices & { wire: TcpProxy }> {
  const through = async (url: string) => (proxy = await createTcpProxy(url)).url
  apart = await createSeparateServices({ ledgerArgs: ['--no-auditor'], through, env })
  await Promise.all([apart.collector, apart.ledger].map((each) => each.start()))
  return { ...apart, wire: proxy as TcpProxy }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const faults: Readonly<Record<string, (wire: TcpProxy) => Promise<void>>> = {
  async 'answers are lost'(wire) {
    wire.set('deaf')
    await pause(300)
    wire.cut()
  },
  async 'everything stands still for a while'(wire) {
    wire.set('held')
    await pause(500)
  },
  async 'what was sent arrives after its sender gave it up'(wire) {
    wire.set('held')
    await pause(300)
    wire.cutClients()
    wire.set('detour')
    await pause(700)
  },
  async 'connections are cut in the middle of whatever they do'(wire) {
    for (let cut = 0; cut < 10; cut++) {
      wire.cut()
      await pause(20)
    }
  },
  async 'nobody is there'(wire) {
    wire.set('refused')
    wire.cut()
    await pause(500)
  },
}

test('a wire to ClickHouse that fails in every way, at random, during a replay: the sums stay exact', async () => {
  const seed = seedOfRun()
  console.log(`wire test: FAULT_SEED=${seed}`)
  const random = createRandom(seed)
  const { doorUrl, dataDir, sql, wire } = await started()
  const requests = await traffic('azure-code', { endAtMs: Date.now() - 3_600_000 })
  const sending = send({ doorUrl }, requests, { as: 'both', seconds: 10 })
  const names = Object.keys(faults)
  for (let round = 0; round < 10; round++) {
    await pause(random() * 500)
    const name = names[round % names.length] as string
    await faults[name]?.(wire)
    wire.set('open')
  }
  expect(await sending).toMatchObject({ acknowledged: requests.length, rejected: 0 })
  await untilDrained(dataDir)
  expect(await ledgerTotals(sql)).toEqual(expectedOf(requests))
  expect(await brokenInvariants(sql)).toEqual({})
})

test('while ClickHouse is away the door takes what the log has room for, then asks to wait, and goes on when it is back', async () => {
  const { doorUrl, dataDir, sql, wire } = await started({ SPANLEDGER_EVENT_LOG_MAX_BYTES: String(2 ** 20) })
  const requests = await traffic('azure-code', { endAtMs: Date.now() - 3_600_000 })
  // One that is sent anyway: its repetition changes nothing.
  const again = bodiesOf(requests.slice(0, 1), 'events')[0]?.bytes as string
  const ask = () =>
    fetch(`${doorUrl}/v1/usage`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: again })
  wire.set('refused')
  wire.cut()
  expect((await ask()).status).toBe(200)
  let isSent = false
  const sending = send({ doorUrl }, requests, { as: 'events' }).finally(() => (isSent = true))
  const full = await until('the door to be full', async () => {
    const answer = await ask()
    return answer.status !== 200 && answer
  })
  expect(full.status).toBe(503)
  expect(Number(full.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(isSent).toBe(false)
  wire.set('open')
  expect(await sending).toMatchObject({ acknowledged: requests.length, rejected: 0 })
  expect((await ask()).status).toBe(200)
  await untilDrained(dataDir)
  expect(await ledgerTotals(sql)).toEqual(expectedOf(requests))
  expect(await brokenInvariants(sql)).toEqual({})
})

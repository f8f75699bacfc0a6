import { afterEach, beforeEach, expect, test } from 'vitest'
import { forgetPositions, untilDrained } from '../harness/event-log.ts'
import { send } from '../harness/send.ts'
import { createSpanledger, type Spanledger } from '../harness/spanledger.ts'
import { expectedOf, ledgerTotals, traffic } from '../harness/traffic.ts'

/** What was charged is told from what is new across restarts, with the auditor off. */
let spanledger: Spanledger
beforeEach(async () => {
  spanledger = await createSpanledger({ args: ['--no-auditor'] })
  await spanledger.start()
})
afterEach(() => spanledger?.dispose())

const endAtMs = Date.now() - 3_600_000

test('the whole topics delivered again, twice, change no sum', async () => {
  const requests = await traffic('azure-code', { endAtMs })
  await send(spanledger, requests, { as: 'both' })
  await untilDrained(spanledger.dataDir)
  const expected = expectedOf(requests)
  expect(await ledgerTotals(spanledger.sql)).toEqual(expected)
  for (let again = 0; again < 2; again++) {
    expect(await spanledger.stop()).toBe(0)
    expect(await forgetPositions(spanledger.dataDir)).toBeGreaterThan(0)
    await spanledger.start()
    await untilDrained(spanledger.dataDir)
    expect(await ledgerTotals(spanledger.sql)).toEqual(expected)
  }
})

test.each([
  ['spans', 'events', 'a clean restart'],
  ['events', 'spans', 'kill -9'],
] as const)('%s, then their twins as %s after %s: one charge each', async (first, second, between) => {
  const requests = await traffic('azure-code', { endAtMs })
  await send(spanledger, requests, { as: first })
  if (between === 'kill -9') await spanledger.kill()
  else expect(await spanledger.stop()).toBe(0)
  await spanledger.start()
  await send(spanledger, requests, { as: second, laterMs: 10_000 })
  await untilDrained(spanledger.dataDir)
  expect(await ledgerTotals(spanledger.sql)).toEqual(expectedOf(requests))
})

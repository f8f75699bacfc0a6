import { afterEach, expect, test } from 'vitest'
import { forgetPositions, untilDrained } from '../harness/event-log.ts'
import { brokenInvariants } from '../harness/invariants.ts'
import { type SendOptions, send } from '../harness/send.ts'
import { createSpanledger, type Spanledger } from '../harness/spanledger.ts'
import { expectedOf, ledgerTotals, traffic } from '../harness/traffic.ts'
import { until } from '../harness/until.ts'

let spanledger: Spanledger | undefined
afterEach(() => spanledger?.dispose())

const hours = 3_600_000
const days = 24 * hours
const endAtMs = Date.now() - 2 * hours

/** Each pair is of the same requests, further apart than identity looks at once. */
const cases: Readonly<Record<string, readonly (SendOptions & { laterMs: number })[]>> = {
  'hours apart, as spans and as usage events': [
    { as: 'spans', laterMs: -5 * hours },
    { as: 'events', laterMs: 0 },
  ],
  'days apart, the same usage events rebased': [
    { as: 'events', laterMs: 0 },
    { as: 'events', laterMs: -3 * days },
    { as: 'events', laterMs: -6 * days },
  ],
  'across a month, in three forms': [
    { as: 'events', laterMs: -33 * days },
    { as: 'spans', laterMs: 0 },
    { as: 'both', laterMs: -16 * days },
  ],
}

test.each(Object.entries(cases))(
  '%s: the auditor leaves one charge of each, also after everything came again',
  async (_, sendings) => {
    const target = (spanledger = await createSpanledger({ args: ['--audit-seconds', '0.3'] }))
    await target.start()
    const requests = await traffic('azure-code', { endAtMs, limit: 500 })
    const expected = expectedOf(requests)
    const untilMerged = async () => {
      await untilDrained(target.dataDir)
      await until('the auditor to be done', async () => {
        const { requests: charged } = await ledgerTotals(target.sql)
        return charged === expected.requests
      })
    }
    for (const options of sendings) await send(target, requests, options)
    await untilMerged()
    expect(await ledgerTotals(target.sql)).toEqual(expected)
    expect(await brokenInvariants(target.sql, { audited: true })).toEqual({})
    const entries = () => target.sql('SELECT count() AS entries FROM ledger')
    const before = await entries()

    expect(await target.stop()).toBe(0)
    await forgetPositions(target.dataDir)
    await target.start()
    await untilMerged()
    expect(await ledgerTotals(target.sql)).toEqual(expected)
    expect(await brokenInvariants(target.sql, { audited: true })).toEqual({})
    expect(await entries()).toEqual(before)
  },
)

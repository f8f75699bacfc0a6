import { bundledTraces } from '@spanledger/cli/traces/trace-file'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { forgetPositions, untilDrained } from '../harness/event-log.ts'
import { createSpanledger, runSpanledger, type Spanledger } from '../harness/spanledger.ts'
import { expectedOf, ledgerTotals, traffic } from '../harness/traffic.ts'

/**
 * Whole bundled traces through the real command, door, log, ledger and ClickHouse; the auditor is off, so nothing is
 * mended afterwards. Each case has a tenant of its own.
 */
type Step = readonly [as: 'events' | 'spans' | 'both', laterMs: number]
const cases: readonly (readonly [name: string, steps: readonly Step[]])[] = [
  [
    'usage events, sent twice',
    [
      ['events', 0],
      ['events', 0],
    ],
  ],
  [
    'spans, sent twice',
    [
      ['spans', 0],
      ['spans', 0],
    ],
  ],
  [
    'spans, then usage events 10 s later',
    [
      ['spans', 0],
      ['events', 10_000],
    ],
  ],
  [
    'usage events, then spans 10 s later',
    [
      ['events', 0],
      ['spans', 10_000],
    ],
  ],
  [
    'spans, then usage events 10 min later',
    [
      ['spans', 0],
      ['events', 600_000],
    ],
  ],
  [
    'usage events, then spans 10 min later',
    [
      ['events', 0],
      ['spans', 600_000],
    ],
  ],
  ['spans and usage events at the same time', [['both', 0]]],
]
const tenantOf = (trace: string, index: number) => `${trace}-${index}`
const endAtMs = Date.now() - 15 * 60_000

let spanledger: Spanledger
beforeAll(async () => {
  const keys = bundledTraces.flatMap((trace) => cases.map((_, index) => tenantOf(trace, index)))
  spanledger = await createSpanledger({
    args: ['--no-auditor'],
    env: { SPANLEDGER_API_KEYS: keys.map((tenant) => `key-${tenant}:${tenant}`).join(',') },
  })
  await spanledger.start()
})
afterAll(() => spanledger?.dispose())

async function replay(trace: string, tenant: string, [as, laterMs]: Step): Promise<void> {
  const endAt = new Date(endAtMs + laterMs).toISOString()
  const args = [
    'replay',
    trace,
    '--as',
    as,
    '--to',
    spanledger.doorUrl,
    '--end-at',
    endAt,
    '--api-key',
    `key-${tenant}`,
  ]
  const { code, stderr } = await runSpanledger([...args, '--json'])
  expect(code, stderr).toBe(0)
}

describe.each(bundledTraces)('%s', (trace) => {
  test.each(cases.map(([name, steps], index) => ({ name, steps, index })))(
    '$name: the ledger holds what the oracle says, to the last digit',
    async ({ steps, index }) => {
      const tenant = tenantOf(trace, index)
      for (const step of steps) await replay(trace, tenant, step)
      await untilDrained(spanledger.dataDir)
      const expected = expectedOf(await traffic(trace, { endAtMs }))
      expect(await ledgerTotals(spanledger.sql, `tenant = '${tenant}'`)).toEqual(expected)
    },
  )
})

test('after a restart, and after every message was delivered again, all sums are the same', async () => {
  const before = await totalsByTenant()
  expect(before.length).toBe(bundledTraces.length * cases.length)
  expect(await spanledger.stop()).toBe(0)
  expect(await forgetPositions(spanledger.dataDir)).toBeGreaterThan(0)
  await spanledger.start()
  await untilDrained(spanledger.dataDir)
  expect(await totalsByTenant()).toEqual(before)
})

test('twins across a restart, the late one after kill -9, are one charge', async () => {
  const trace = 'azure-code'
  for (const [index, as] of [
    [0, 'spans'],
    [1, 'events'],
  ] as const)
    await replay(trace, tenantOf(trace, index), [as, 5_000])
  const before = await totalsByTenant()
  await spanledger.kill()
  await spanledger.start()
  for (const [index, as] of [
    [0, 'spans'],
    [1, 'events'],
  ] as const)
    await replay(trace, tenantOf(trace, index), [as, 7_000])
  await untilDrained(spanledger.dataDir)
  expect(await totalsByTenant()).toEqual(before)
})

test('no correction pair leaves a trace in a sum: every request counts once, whatever was merged', async () => {
  const [counts] = await spanledger.sql<{ wrong: string }>(
    `SELECT count() AS wrong FROM (SELECT tenant, identity, sum(requests) AS n FROM ledger GROUP BY tenant, identity) WHERE n NOT IN (0, 1)`,
  )
  expect(counts?.wrong).toBe('0')
})

function totalsByTenant(): Promise<Record<string, string>[]> {
  return spanledger.sql(`
    SELECT tenant, toString(sum(requests)) AS requests, toString(sum(cost)) AS cost, toString(sum(unpriced_requests)) AS unpriced
    FROM ledger GROUP BY tenant ORDER BY tenant`)
}

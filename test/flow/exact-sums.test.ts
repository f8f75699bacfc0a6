import { bundledTraces } from '@spanledger/cli/traces/trace-file'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { untilDrained } from '../harness/event-log.ts'
import { send } from '../harness/send.ts'
import { createSpanledger, runSpanledger, type Spanledger } from '../harness/spanledger.ts'
import { expectedOf, ledgerTotals, traffic } from '../harness/traffic.ts'

/**
 * Whole bundled traces through the real door, log, ledger and ClickHouse, against the independent oracle. The auditor
 * is off, so nothing is mended afterwards. Each case has a tenant of its own.
 */
type Step = readonly [as: 'events' | 'spans' | 'both', laterMs: number]
interface Case {
  readonly name: string
  readonly steps: readonly Step[]
}
const seconds = 1000
const minutes = 60 * seconds

const ofEveryTrace: readonly Case[] = [
  {
    name: 'usage events, sent twice',
    steps: [
      ['events', 0],
      ['events', 0],
    ],
  },
  {
    name: 'spans, then usage events 10 s later',
    steps: [
      ['spans', 0],
      ['events', 10 * seconds],
    ],
  },
]
const ofOneTrace: readonly Case[] = [
  {
    name: 'spans, sent twice',
    steps: [
      ['spans', 0],
      ['spans', 0],
    ],
  },
  {
    name: 'usage events, then spans 10 s later',
    steps: [
      ['events', 0],
      ['spans', 10 * seconds],
    ],
  },
  {
    name: 'spans, then usage events 10 min later',
    steps: [
      ['spans', 0],
      ['events', 10 * minutes],
    ],
  },
  {
    name: 'usage events, then spans 10 min later',
    steps: [
      ['events', 0],
      ['spans', 10 * minutes],
    ],
  },
  { name: 'spans and usage events at the same time', steps: [['both', 0]] },
]
const cases = bundledTraces.flatMap((trace) =>
  [...ofEveryTrace, ...(trace === 'azure-code' ? ofOneTrace : [])].map((one, index) => ({
    ...one,
    trace,
    tenant: `${trace}-${index}`,
  })),
)
const commandTenant = (trace: string) => `${trace}-command`
const endAtMs = Date.now() - 15 * minutes

let spanledger: Spanledger
beforeAll(async () => {
  const tenants = [...cases.map(({ tenant }) => tenant), ...bundledTraces.map(commandTenant)]
  spanledger = await createSpanledger({
    args: ['--no-auditor'],
    env: { SPANLEDGER_API_KEYS: tenants.map((tenant) => `key-${tenant}:${tenant}`).join(',') },
  })
  await spanledger.start()
})
afterAll(() => spanledger?.dispose())

describe('the ledger holds what the oracle says, to the last digit', () => {
  test.each(bundledTraces)('%s, replayed by the command', async (trace) => {
    const tenant = commandTenant(trace)
    const endAt = new Date(endAtMs).toISOString()
    const args = [
      'replay',
      trace,
      '--to',
      spanledger.doorUrl,
      '--end-at',
      endAt,
      '--api-key',
      `key-${tenant}`,
      '--json',
    ]
    const { code, stdout, stderr } = await runSpanledger(args)
    expect(code, stderr).toBe(0)
    await untilDrained(spanledger.dataDir)
    const requests = await traffic(trace, { endAtMs })
    expect(JSON.parse(stdout)).toMatchObject({ acknowledged: requests.length, accepted: requests.length, rejected: 0 })
    expect(await ledgerTotals(spanledger.sql, `tenant = '${tenant}'`)).toEqual(expectedOf(requests))
  })

  test.each(cases)('$trace as $name', async ({ trace, tenant, steps }) => {
    const requests = await traffic(trace, { endAtMs })
    for (const [as, laterMs] of steps) await send(spanledger, requests, { as, laterMs, apiKey: `key-${tenant}` })
    await untilDrained(spanledger.dataDir)
    expect(await ledgerTotals(spanledger.sql, `tenant = '${tenant}'`)).toEqual(expectedOf(requests))
  })
})

test('every identity counts once in the end, whatever was merged or taken back', async () => {
  const [counts] = await spanledger.sql<{ wrong: string }>(`
    SELECT count() AS wrong
    FROM (SELECT tenant, identity, sum(requests) AS n FROM ledger GROUP BY tenant, identity)
    WHERE n NOT IN (0, 1)`)
  expect(counts?.wrong).toBe('0')
})

test('the views say the same as the table', async () => {
  const sums =
    'toString(sum(requests)) AS requests, toString(sum(cost)) AS cost, toString(sum(output_tokens)) AS output'
  const [ledger, spend, byUser] = await Promise.all(
    ['ledger', 'spend', 'spend_by_user'].map((table) => spanledger.sql(`SELECT ${sums} FROM ${table}`)),
  )
  expect(spend).toEqual(ledger)
  expect(byUser).toEqual(ledger)
})

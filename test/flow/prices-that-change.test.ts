import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { untilDrained } from '../harness/event-log.ts'
import { brokenInvariants } from '../harness/invariants.ts'
import { createSpanledger, runSpanledger, type Spanledger } from '../harness/spanledger.ts'
import { until } from '../harness/until.ts'

let spanledger: Spanledger
beforeAll(async () => {
  spanledger = await createSpanledger({ args: ['--audit-seconds', '0.3'] })
  pricesOf({ other: '1' })
  await spanledger.start()
})
afterAll(() => spanledger?.dispose())

/** Dollars for a million input tokens, by model. */
function pricesOf(models: Readonly<Record<string, string>>): void {
  const rows = Object.entries(models).map(([model, usd]) => {
    return `    - { provider: openai, model: ${model}, meters: { input_tokens: { usd: "${usd}", per: 1000000 } } }`
  })
  const file = join(spanledger.dir, 'spanledger.yaml')
  writeFileSync(`${file}.new`, ['prices:', '  rows:', ...rows, ''].join('\n'))
  renameSync(`${file}.new`, file)
}

async function charge(prefix: string, count: number): Promise<void> {
  const events = Array.from({ length: count }, (_, n) => ({
    event_id: `${prefix}-${n}`,
    at: new Date(Date.now() - (n + 1) * 3_600_000).toISOString(),
    provider: 'openai',
    model: n % 2 ? 'ours' : 'other',
    usage: { input_tokens: 1_000_000, output_tokens: 0 },
    attribution: { team: n % 2 ? 'search' : 'ads' },
  }))
  const response = await fetch(`${spanledger.doorUrl}/v1/usage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(events),
  })
  expect(response.status).toBe(200)
  await untilDrained(spanledger.dataDir)
}

async function totals() {
  const [row] = await spanledger.sql(
    `SELECT toString(sum(cost)) AS cost, toString(sum(requests)) AS requests, toString(sum(unpriced_requests)) AS unpriced
     FROM ledger`,
  )
  return row
}

const run = (...args: string[]) => runSpanledger(args, { env: spanledger.env })
const reprice = (...args: string[]) => run('reprice', '--from', '2020-01-01', '--to', 'now', ...args)

test('a price that is written down corrects what had none; the past is restated only on request, through the running ledger, and stays so through kill -9', async () => {
  await charge('first', 10)
  expect(await totals()).toEqual({ cost: '5', requests: '10', unpriced: '5' })
  const queue = JSON.parse((await run('unpriced', '--json')).stdout)
  expect(queue.items).toMatchObject([{ model: 'ours', requests: '5', at_risk: { basis: 'provider' } }])

  // Both models have another price: only what had none is corrected.
  pricesOf({ other: '3', ours: '2' })
  await until('the prices to arrive', async () => (await totals())?.unpriced === '0')
  expect(await totals()).toEqual({ cost: '15', requests: '10', unpriced: '0' })
  expect((await run('unpriced')).stdout).toContain('has a price')

  const refused = await reprice()
  expect(refused.code).toBe(1)
  expect(refused.stdout).toMatch(/openai\/other +5 +5 +15 +\+10/)
  expect(refused.stderr).toContain('REPRICE_ABOVE_LIMIT')
  expect((await totals())?.cost).toBe('15')
  expect((await reprice('--yes')).code).toBe(0)
  expect(await totals()).toEqual({ cost: '25', requests: '10', unpriced: '0' })

  await spanledger.kill()
  await spanledger.start()
  await charge('first', 10)
  expect((await reprice()).stdout).toContain('10 charges, none of them changes')
  expect(await totals()).toEqual({ cost: '25', requests: '10', unpriced: '0' })
  expect(await brokenInvariants(spanledger.sql, { audited: true })).toEqual({})
  const explained = (await run('explain', 'first-0')).stdout
  expect(explained).toMatch(/input_tokens +1000000 +3 +1000000 +3/)
  expect(explained).toMatch(/adjustment +revision 1 +3 +repriced/)
}, 120_000)

import { loadCatalogue } from '@spanledger/ledger/adapters/catalogue-file'
import { createClickHouseRepriceJobs } from '@spanledger/ledger/adapters/clickhouse-reprice-jobs'
import { createPriceEngine, type PriceEngine } from '@spanledger/ledger/pricing/engine'
import { createLedger, type Ledger } from '@spanledger/ledger/service'
import { createMemoryEventLog } from '@spanledger/runtime/event-log/memory'
import type { EventLog } from '@spanledger/runtime/event-log/port'
import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { runJob } from '../reprice/run-job.ts'
import { runCaptured } from '../testing/run-captured.ts'

let engine: TestClickHouse
let log: EventLog
let ledger: Ledger
beforeAll(async () => {
  engine = await startTestClickHouse()
})
afterAll(() => engine?.stop())
beforeEach(async () => {
  for (const table of ['ledger', 'price_uses', 'reprice_jobs'])
    await engine.clickhouse.command(`TRUNCATE TABLE ${table}`)
  log = createMemoryEventLog()
  await log.start()
  ledger = createLedger({
    log,
    clickhouse: engine.clickhouse,
    engine: pricesOf(),
    logger: createLogger({ name: 'test', level: 'silent' }),
    metrics: createMetrics(),
    auditor: false,
  })
  await ledger.start()
})
afterEach(async () => {
  await ledger?.stop()
  await log?.stop()
})

const hourAgo = new Date(Date.now() - 3_600_000).toISOString()
const catalogue = loadCatalogue()

/** `usd`: what a million input tokens of our own model cost; absent: nobody knows. */
function pricesOf(usd?: string): PriceEngine {
  const meters = { input_tokens: { usd: usd ?? '', per: 1_000_000 } }
  const rows = usd === undefined ? [] : [{ provider: 'openai', model: 'ours', meters }]
  return createPriceEngine({ catalogue, overrides: { rows } })
}

async function charge(count: number): Promise<void> {
  const events = Array.from({ length: count }, (_, n) => ({
    event_id: `e${n}`,
    at: hourAgo,
    provider: 'openai',
    model: 'ours',
    usage: { input_tokens: 1_000_000, output_tokens: 0 },
    attribution: { team: n % 2 ? 'search' : 'ads' },
  }))
  await log.append(
    events.map((event) => ({ topic: 'usage_events', key: event.event_id, value: Buffer.from(JSON.stringify(event)) })),
  )
  await vi.waitFor(async () => expect((await totals()).requests).toBe(String(count)), { timeout: 20_000 })
}

async function totals() {
  const [row] = await engine.clickhouse.query<Record<'cost' | 'requests' | 'entries' | 'unpriced', string>>(
    `SELECT toString(sum(cost)) AS cost, toString(sum(requests)) AS requests, toString(count()) AS entries,
       toString(sum(unpriced_requests)) AS unpriced FROM ledger`,
  )
  return row as NonNullable<typeof row>
}

function spanledger(...args: string[]) {
  const { url, user, password } = engine.server
  return runCaptured(args, { CLICKHOUSE_URL: url, CLICKHOUSE_USER: user, CLICKHOUSE_PASSWORD: password })
}
const reprice = (...args: string[]) => spanledger('reprice', '--from', '2020-01-01', '--to', 'now', ...args)

test('a dry run says what would change by provider, model, team and day, and changes nothing', async () => {
  await ledger.useEngine(pricesOf('1'))
  await charge(4)
  await ledger.useEngine(pricesOf('1.5'))
  const { code, out } = await reprice('--dry-run')
  expect(code).toBe(0)
  expect(out).toMatch(/provider +corrected +USD before +USD after +delta\nopenai +4 +4 +6 +\+2/)
  expect(out).toMatch(/openai\/ours +4 +4 +6 +\+2/)
  expect(out).toMatch(/search +2 +2 +3 +\+1/)
  expect(out).toMatch(new RegExp(`${hourAgo.slice(0, 10)} +4 +4 +6 +\\+2`))
  expect(out).toContain('4 of 4 charges change: 4 USD become 6')
  expect(await totals()).toMatchObject({ cost: '4', entries: '4' })
  const { total, by } = JSON.parse((await reprice('--dry-run', '--json')).out)
  expect(total).toMatchObject({ charges: 4, corrected: 4, before_usd: '4', after_usd: '6', delta_usd: '2' })
  expect(by.team).toContainEqual(expect.objectContaining({ name: 'ads', delta_usd: '1' }))
})

test('more than the limit is written only with --yes; the running ledger writes it; twice is nothing, and back again zero', async () => {
  await ledger.useEngine(pricesOf('1'))
  await charge(4)
  await ledger.useEngine(pricesOf('1.5'))
  const refused = await reprice()
  expect(refused.code).toBe(1)
  expect(refused.err).toMatch(/50% of it changes, the limit is 5% \[REPRICE_ABOVE_LIMIT\]\n.*--yes/)
  expect(await totals()).toMatchObject({ cost: '4', entries: '4' })

  const written = await reprice('--yes')
  expect(written).toMatchObject({ code: 0 })
  expect(written.out).toContain('4 charges corrected: 2 USD')
  expect(await totals()).toMatchObject({ cost: '6', requests: '4', entries: '12' })
  expect((await reprice()).out).toBe('4 charges, none of them changes')
  await ledger.useEngine(pricesOf('1'))
  expect(await reprice('--limit-percent', '34')).toMatchObject({ code: 0 })
  expect(await totals()).toMatchObject({ cost: '4', requests: '4', entries: '20' })
}, 30_000)

test('charges without a price count as new dollars, which no percentage allows without --yes', async () => {
  await charge(2)
  await ledger.useEngine(pricesOf('1'))
  const { code, out } = await reprice('--limit-percent', '100')
  expect(code).toBe(1)
  expect(out).toContain('without a price: 2 requests before, 0 after')
  expect(await reprice('--yes', '--team', 'ads')).toMatchObject({ code: 0 })
  expect(await totals()).toMatchObject({ cost: '1', unpriced: '1' })
})

test('where no ledger takes the work it is given up, and nothing is left to be written later', async () => {
  const jobs = createClickHouseRepriceJobs(engine.clickhouse)
  const job = { wanted: { fromMs: 0, toMs: Date.now() }, priceVersion: 'v' }
  await ledger.stop()
  const written = runJob({ jobs, job, progress: () => {}, signal: new AbortController().signal, takenWithinMs: 1 })
  await expect(written).rejects.toMatchObject({ code: 'REPRICE_CANCELLED' })
  expect(await jobs.next()).toBeUndefined()
})

test('unpriced lists what has no price with what to do, until its price arrives', async () => {
  await charge(2)
  const { code, out } = await spanledger('unpriced')
  expect(code).toBe(0)
  expect(out).toMatch(/openai +ours +MODEL_UNKNOWN +2 +2000000 +\?/)
  expect(out).toContain('provider: "openai"\n        model: "ours"')
  const { items } = JSON.parse((await spanledger('unpriced', '--json')).out)
  expect(items).toMatchObject([{ model: 'ours', requests: '2', at_risk: null }])
  await ledger.useEngine(pricesOf('1'))
  expect(await reprice('--yes')).toMatchObject({ code: 0 })
  expect((await spanledger('unpriced')).out).toMatch(/^everything of the last 35 days in .* has a price$/)
})

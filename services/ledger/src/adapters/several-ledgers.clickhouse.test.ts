import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ledgerOn } from '../testing/lander-on.ts'
import { observation } from '../testing/observations.ts'
import { createClickHouseLedgerStore } from './clickhouse-ledger-store.ts'

let engine: TestClickHouse
beforeAll(async () => {
  engine = await startTestClickHouse()
})
afterAll(() => engine?.stop())
beforeEach(async () => {
  await engine.clickhouse.command('TRUNCATE TABLE ledger')
  await engine.clickhouse.command('TRUNCATE TABLE partition_claims')
})

const now = Date.now()
const member = (instance: string, ...partitions: number[]) => {
  const store = createClickHouseLedgerStore({
    clickhouse: engine.clickhouse,
    timeZone: 'UTC',
    group: 'test',
    instance,
  })
  const { lander, auditor } = ledgerOn(store, { clock: () => now })
  const assign = (...numbers: number[]) =>
    lander.assign(numbers.map((partition) => ({ topic: 'otlp_spans', partition })))
  assign(...partitions)
  return { store, lander, auditor, assign }
}
const usage = { input_tokens: 100, output_tokens: 10 }
const report = (id: string, more: Partial<Parameters<typeof observation>[0]> = {}) =>
  observation({ eventId: id, responseId: id, at: now, requestModel: 'm', usage, ...more })
const totals = async () =>
  (await engine.clickhouse.query('SELECT sum(requests) AS requests, sum(input_tokens) AS input FROM ledger'))[0]

test('who claims a partition later ends what its former owner inserts for it, and nothing else', async () => {
  const one = member('one', 0, 1)
  await one.lander.land([report('e1')])
  const two = member('two', 1)
  const three = member('three', 2)
  await three.lander.land([report('e3')])
  await two.lander.land([report('e2')])
  await expect(one.lander.land([report('e4')])).rejects.toMatchObject({ code: 'INSERT_REFUSED', retryable: true })
  one.assign(0)
  await one.lander.land([report('e4')])
  await three.lander.land([report('e5')])
  expect(await totals()).toEqual({ requests: '5', input: '500' })
})

test('a ledger that is refused, and still owns its partitions, claims them back and lands its batch once', async () => {
  const one = member('one', 0)
  await one.lander.land([report('e1')])
  const late = member('late', 0)
  await late.lander.land([report('e2')])
  const batch = [report('e2'), report('e3')]
  await expect(one.lander.land(batch)).rejects.toMatchObject({ code: 'INSERT_REFUSED' })
  expect(await one.lander.land(batch)).toMatchObject({ requests: 1, known: 1 })
})

test('claims of one partition at the same moment have one winner', async () => {
  const members = ['a', 'b', 'c', 'd'].map((name) => member(name, 0))
  const landed = await Promise.allSettled(members.map(({ lander }, n) => lander.land([report(`e${n}`)])))
  expect(landed.map(({ status }) => status)).toContain('fulfilled')
  await Promise.allSettled(members.map(({ lander }) => lander.land([report('last')])))
  const last = await engine.clickhouse.query(
    "SELECT count() AS n FROM ledger WHERE response_id = 'last' GROUP BY response_id",
  )
  expect(last).toEqual([{ n: '1' }])
})

test('what others recorded is read in, and what is its own is not', async () => {
  const one = member('one', 0)
  const two = member('two', 1)
  await one.lander.land([report('e1')])
  await two.lander.land([report('e2')])
  const read: number[] = []
  await one.store.loadOthersKeys(now - 1000, (hour) => read.push(hour))
  expect(read).toEqual([Math.floor(now / 3_600_000), Math.floor(now / 3_600_000)])
  await one.store.loadOthersKeys(now + 60_000, (hour) => read.push(hour))
  expect(read).toHaveLength(2)
})

test('two ledgers that were given the same name by mistake read in what the other recorded, all the same', async () => {
  const one = member('same', 0)
  const two = member('same', 1)
  await one.lander.land([report('e1')])
  await two.lander.land([report('e2')])
  const read: number[] = []
  await one.store.loadOthersKeys(now - 1000, (hour) => read.push(hour))
  await two.store.loadOthersKeys(now - 1000, (hour) => read.push(hour))
  expect(read).toHaveLength(4)
})

test('a report that two ledgers charge at the same moment is one charge after a step of the auditor, and stays one', async () => {
  const one = member('one', 0)
  const two = member('two', 1)
  await one.lander.land([report('warm')])
  await two.lander.land([report('warm too')])
  const reports = Array.from({ length: 20 }, (_, n) => report(`e${n}`))
  await Promise.all([one.lander.land(reports), two.lander.land(reports)])
  // And a correction of one charge by both.
  await Promise.all([
    one.lander.land([report('warm', { rank: 10, usage: { ...usage, output_tokens: 11 } })]),
    two.lander.land([report('warm', { rank: 20, usage: { ...usage, output_tokens: 12 }, at: now + 1 })]),
  ])
  for (let step = 0; step < 3; step++) await one.auditor.step()
  expect(await totals()).toEqual({ requests: '22', input: '2200' })
  const entries = await engine.clickhouse.query('SELECT count() AS n FROM ledger')
  await one.auditor.step()
  await two.lander.land(reports)
  expect(await engine.clickhouse.query('SELECT count() AS n FROM ledger')).toEqual(entries)
})

import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { hourOf } from '../identity/identity-filter.ts'
import { identify } from '../identity/keys.ts'
import { planAgainst } from '../landing/plan-against.ts'
import { twins } from '../testing/arbitrary-twins.ts'
import { ledgerOn } from '../testing/lander-on.ts'
import { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { somePrice, someTime } from '../testing/observations.ts'
import { createClickHouseLedgerStore } from './clickhouse-ledger-store.ts'

let engine: TestClickHouse
beforeAll(async () => {
  engine = await startTestClickHouse()
})
afterAll(() => engine?.stop())
beforeEach(empty)

async function empty(): Promise<void> {
  await engine.clickhouse.command('TRUNCATE TABLE ledger')
  await engine.clickhouse.command('TRUNCATE TABLE partition_claims')
}
const storeOf = (instance: string) =>
  createClickHouseLedgerStore({ clickhouse: engine.clickhouse, timeZone: 'UTC', group: 'test', instance })
const now = hourOf(someTime)
const everything = { tenants: ['acme', 'umbrella'], fromHour: now - 2, toHour: now + 2 }

test('places where twins may meet are found as they are in memory, also where only what was recorded lately is asked for', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(twins({ timed: true }), { minLength: 2, maxLength: 9 }), async (observations) => {
      await empty()
      const memory = new MemoryLedgerStore()
      const ledger = ledgerOn(memory)
      for (const each of observations) await ledger.lander.land([each])
      const store = storeOf('one')
      await store.insert(memory.entries, `all`)
      const expected = await memory.findTwins(everything)
      const named = (places: typeof expected) =>
        places.map(({ place, identities }) => [place, [...new Set(identities)].toSorted()])
      expect(named(await store.findTwins(everything))).toEqual(named(expected))
      expect(named(await store.findTwins({ ...everything, recordedSince: 0 }))).toEqual(named(expected))
      expect(await store.findTwins({ ...everything, tenants: ['umbrella'] })).toEqual([])
      const live = memory.live()
      const read = await store.readCharges(
        live.map(({ identity }) => identity),
        now - 2,
        now + 2,
      )
      expect(new Set(read.map(({ entryId }) => entryId))).toEqual(new Set(live.map(({ entryId }) => entryId)))
    }),
    { numRuns: Number(process.env.FC_RUNS ?? 12), endOnFailure: true },
  )
})

test('the scopes of what was recorded lately are found by tenant, with their hours', async () => {
  const store = storeOf('one')
  const { lander } = ledgerOn(store)
  const [one, other] = fc.sample(twins({ timed: true }), { numRuns: 2, seed: 3 })
  if (!one || !other) throw new Error('nothing was drawn')
  await lander.land([
    { ...one, scope: 'a', spanId: '1'.repeat(16), at: someTime },
    { ...other, scope: 'b', spanId: '2'.repeat(16), at: someTime },
  ])
  const range = { fromHour: now - 2, toHour: now + 2 }
  const [found] = await store.findScopes({ recordedSince: someTime - 1, ...range })
  expect({ ...found, scopes: found?.scopes.toSorted() }).toEqual({ tenant: 'acme', scopes: ['a', 'b'], hours: [now] })
  expect(await store.findScopes({ recordedSince: someTime + 1000, ...range })).toEqual([])
})

test('two ledgers and a restart: the charges follow the set of reports, whoever landed what and when', async () => {
  const measures =
    'sum(requests) AS requests, sum(input_tokens) AS input, sum(output_tokens) AS output, sum(cost) AS cost'
  const totals = async () =>
    engine.clickhouse.query(`SELECT tenant, model, ${measures} FROM ledger GROUP BY tenant, model
      HAVING requests != 0 ORDER BY tenant, model`)
  await fc.assert(
    fc.asyncProperty(
      fc.array(twins({ timed: true, shifts: [0, 10, 400, -3 * 3_600_000], unambiguous: true }), {
        minLength: 4,
        maxLength: 14,
      }),
      fc.infiniteStream(fc.nat(7)),
      async (observations, dice) => {
        const roll = () => dice.next().value as number
        await empty()
        const context = { price: somePrice, recordedAt: someTime }
        const plans = planAgainst([], observations.map(identify), context, true)
        await storeOf('pure').insert(
          plans.flatMap(({ entries }) => entries),
          'pure',
        )
        const expected = await totals()
        await empty()

        const member = (name: string, partition: number) => {
          const ledger = ledgerOn(storeOf(name))
          ledger.lander.assign([{ topic: 'otlp_spans', partition }])
          return ledger
        }
        const members = [member('one', 0), member('two', 1)]
        const order = [...observations, ...observations.slice(0, 3)].map((each) => [roll(), each] as const)
        const under: Promise<unknown>[] = []
        for (const [, each] of order.toSorted(([a], [b]) => a - b)) {
          const partition = roll() % 2
          under.push(members[partition]?.lander.land([each]) ?? Promise.resolve())
          if (roll() < 5) await Promise.all(under.splice(0))
          if (roll() === 0) {
            await Promise.all(under.splice(0))
            members[partition] = member(`again ${roll()}`, partition)
          }
        }
        await Promise.all(under)
        for (let step = 0; step < 5; step++) await members[0]?.auditor.step()
        expect(await totals()).toEqual(expected)
      },
    ),
    { numRuns: Number(process.env.FC_RUNS ?? 3), endOnFailure: true },
  )
}, 120_000)

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { identify } from '../identity/keys.ts'
import { partition } from '../identity/partition.ts'
import type { Observation } from '../observation.ts'
import { twins } from '../testing/arbitrary-twins.ts'
import { ledgerOn } from '../testing/lander-on.ts'
import { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { somePrice, someTime } from '../testing/observations.ts'
import { sums } from '../testing/sums.ts'
import { planAgainst } from './plan-against.ts'

const hour = 3_600_000
const days = 24 * hour

/** What the partition alone says: nobody has landed anything. */
async function purely(observations: readonly Observation[]): Promise<Record<string, string>> {
  const store = new MemoryLedgerStore()
  const context = { price: somePrice, recordedAt: someTime }
  const plans = planAgainst([], observations.map(identify), context, true)
  await store.insert(
    plans.flatMap(({ entries }) => entries),
    'all',
  )
  return sums(store)
}

function expectSound(store: MemoryLedgerStore): void {
  const counts = new Map<string, number>()
  for (const { identity, requests } of store.entries) counts.set(identity, (counts.get(identity) ?? 0) + requests)
  expect([...counts.values()].filter((count) => count !== 0 && count !== 1)).toEqual([])
  expect(new Set(store.entries.map(({ entryId }) => entryId)).size).toBe(store.entries.length)
}

/** Lands them in random batches, in random order, repeated, with failures and restarts in between. */
async function landAnyhow(
  store: MemoryLedgerStore,
  observations: readonly Observation[],
  roll: () => number,
  audited: boolean,
): Promise<void> {
  let { lander, auditor } = ledgerOn(store)
  const repeated = [...observations, ...observations.filter(() => roll() < 3)]
  const order = repeated.map((each) => [roll() * 8 + roll(), each] as const).toSorted(([a], [b]) => a - b)
  for (let rest = order.map(([, each]) => ({ ...each, receivedAt: each.receivedAt + roll() })); rest.length > 0; ) {
    const batch = rest.slice(0, 1 + (roll() % 3))
    rest = rest.slice(batch.length)
    const fate = roll()
    if (fate === 0) store.failInsert = 'refused'
    if (fate === 1) store.failInsert = 'written'
    if (fate === 2) store.failInsert = 'going on'
    await lander.land(batch).catch(() => lander.land(batch))
    store.failInsert = undefined
    if (roll() === 0) {
      await store.settle()
      ;({ lander, auditor } = ledgerOn(store))
    }
    if (audited && roll() < 2) await auditor.step()
  }
  await store.settle()
}

test.each([
  ['at once', [0, 10, 400, 5_000], false],
  ['hours and days apart, after the auditor', [0, 10, 3 * hour, -12 * days], true],
])('spans inside spans: the charges follow the set of reports, whatever came first; %s', async (_, shifts, audited) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(twins({ timed: false, shifts }), { minLength: 2, maxLength: 9 }),
      fc.infiniteStream(fc.nat(7)),
      async (observations, dice) => {
        const roll = () => dice.next().value as number
        const store = new MemoryLedgerStore()
        await landAnyhow(store, observations, roll, audited)
        const { auditor, lander } = ledgerOn(store)
        if (audited) for (let step = 0; step < 4; step++) await auditor.step()
        expectSound(store)
        expect(sums(store)).toEqual(await purely(observations))
        const entries = store.entries.length
        await lander.land(observations)
        expect(store.entries).toHaveLength(entries)
      },
    ),
    { numRuns: Number(process.env.FC_RUNS ?? 500) },
  )
})

test('twins of every kind: after the auditor the charges follow the set of reports, whatever came first', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(twins({ timed: true }), { minLength: 2, maxLength: 10 }),
      fc.infiniteStream(fc.nat(7)),
      async (observations, dice) => {
        const roll = () => dice.next().value as number
        const store = new MemoryLedgerStore()
        await landAnyhow(store, observations, roll, true)
        const { auditor, lander } = ledgerOn(store)
        for (let step = 0; step < 4; step++) await auditor.step()
        expectSound(store)
        expect(sums(store)).toEqual(await purely(observations))
        const entries = store.entries.length
        await lander.land(observations)
        await auditor.step()
        expect(store.entries).toHaveLength(entries)
        expect(partition(observations.map(identify)).groups.length).toBe(store.live().length)
      },
    ),
    { numRuns: Number(process.env.FC_RUNS ?? 500) },
  )
})

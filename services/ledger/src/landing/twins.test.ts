import fc from 'fast-check'
import { expect, test } from 'vitest'
import { identify } from '../identity/keys.ts'
import { partition } from '../identity/partition.ts'
import { twins } from '../testing/arbitrary-twins.ts'
import type { Observation } from '../observation.ts'
import { ledgerOn } from '../testing/lander-on.ts'
import { createLedgerGroup } from '../testing/ledger-group.ts'
import { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { landAnyhow, pureSums } from '../testing/random-history.ts'
import { sums } from '../testing/sums.ts'

const hour = 3_600_000
const days = 24 * hour

function expectSound(store: MemoryLedgerStore): void {
  const counts = new Map<string, number>()
  for (const { identity, requests } of store.entries) counts.set(identity, (counts.get(identity) ?? 0) + requests)
  expect([...counts.values()].filter((count) => count !== 0 && count !== 1)).toEqual([])
  expect(new Set(store.entries.map(({ entryId }) => entryId)).size).toBe(store.entries.length)
}

test.each([
  ['at once', [0, 10, 400, 5_000], false],
  ['hours and days apart, after the auditor', [0, 10, 3 * hour, -12 * days], true],
])('spans inside spans: the charges follow the set of reports, whatever came first; %s', async (_, shifts, audited) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(twins({ timed: false, shifts, unambiguous: audited }), { minLength: 2, maxLength: 9 }),
      fc.infiniteStream(fc.nat(7)),
      async (observations, dice) => {
        const roll = () => dice.next().value as number
        const store = new MemoryLedgerStore()
        await landAnyhow(store, observations, { roll, audited })
        const { auditor, lander } = ledgerOn(store)
        if (audited) for (let step = 0; step < 4; step++) await auditor.step()
        expectSound(store)
        expect(sums(store)).toEqual(await pureSums(observations))
        const entries = store.entries.length
        await lander.land(observations)
        expect(store.entries).toHaveLength(entries)
      },
    ),
    { numRuns: Number(process.env.FC_RUNS ?? 300) },
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
        await landAnyhow(store, observations, { roll, audited: true })
        const { auditor, lander } = ledgerOn(store)
        for (let step = 0; step < 4; step++) await auditor.step()
        expectSound(store)
        expect(sums(store)).toEqual(await pureSums(observations))
        const entries = store.entries.length
        await lander.land(observations)
        await auditor.step()
        expect(store.entries).toHaveLength(entries)
        expect(partition(observations.map(identify)).groups.length).toBe(store.live().length)
      },
    ),
    { numRuns: Number(process.env.FC_RUNS ?? 300) },
  )
})

test('ledgers that join, leave, pause and die: after the auditor the charges follow the set of reports', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(twins({ timed: true }), { minLength: 2, maxLength: 10 }),
      fc.infiniteStream(fc.nat(63)),
      async (observations, dice) => {
        const roll = () => dice.next().value as number
        const partitions: Observation[][] = [[], [], []]
        for (const each of [...observations, ...observations.filter(() => roll() < 24)])
          partitions[roll() % 3]?.push(each)
        const group = createLedgerGroup({ partitions, roll, audited: true })
        await group.run()
        await group.audit()
        expect(sums(group.store)).toEqual(await pureSums(observations))
      },
    ),
    { numRuns: Number(process.env.FC_RUNS ?? 200) },
  )
})

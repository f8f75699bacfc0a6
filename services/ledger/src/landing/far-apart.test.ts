import { connect } from '../identity/connect.ts'
import { identify } from '../identity/keys.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hourMs } from '../identity/identity-filter.ts'
import type { Observation } from '../observation.ts'
import { ledgerOn } from '../testing/lander-on.ts'
import { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { observation, someTime } from '../testing/observations.ts'

const usage = { input_tokens: 100, output_tokens: 10 }
const minutes = 60_000
const days = 24 * hourMs

function requestsOf(store: MemoryLedgerStore): number {
  return store.entries.reduce((sum, entry) => sum + entry.requests, 0)
}

/** Each identity counts once or not at all, each entry is there once. */
function expectSound(store: MemoryLedgerStore): void {
  const counts = new Map<string, number>()
  for (const { identity, requests } of store.entries) counts.set(identity, (counts.get(identity) ?? 0) + requests)
  expect([...counts.values()].filter((count) => count !== 0 && count !== 1)).toEqual([])
  expect(new Set(store.entries.map(({ entryId }) => entryId)).size).toBe(store.entries.length)
}

test('an insert that still goes on while the filter forgets its hours is not repeated', async () => {
  const store = new MemoryLedgerStore()
  const { lander } = ledgerOn(store, { filterBytes: 60_000 })
  const batch = [observation({ eventId: 'e1', usage })]
  store.failInsert = 'going on'
  await expect(lander.land(batch)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  for (let day = 1; day < 20; day++) await lander.land([observation({ eventId: `d${day}`, at: someTime - day * days })])
  await lander.land(batch)
  // What still goes on ends at last.
  await store.settle()
  expect(requestsOf(store)).toBe(20)
  expectSound(store)
})

test.each([50, 65, 115])(
  'a chain of reports, each %i minutes after the one before, stays as it was when it comes again',
  async (gap) => {
    const store = new MemoryLedgerStore()
    const chain = [0, 1, 2, 3, 4, 5].map((step) =>
      observation({ eventId: `e${step}`, responseId: 'r', at: someTime + step * gap * minutes, usage }),
    )
    const { lander } = ledgerOn(store)
    for (const each of chain) await lander.land([each])
    const before = requestsOf(store)
    for (const each of chain) await ledgerOn(store).lander.land([each])
    expect(requestsOf(store)).toBeLessThanOrEqual(before)
    expectSound(store)
  },
)

test('twins days apart that came in one batch are not charged again when one of them comes again', async () => {
  const store = new MemoryLedgerStore()
  const twins = [0, 20].map((age) =>
    observation({ eventId: `e${age}`, responseId: 'r', at: someTime - age * days, usage }),
  )
  await ledgerOn(store).lander.land(twins)
  const before = requestsOf(store)
  for (const each of twins) await ledgerOn(store).lander.land([each])
  expect(requestsOf(store)).toBeLessThanOrEqual(before)
  await ledgerOn(store).auditor.step()
  expect(requestsOf(store)).toBe(1)
  for (const each of twins) await ledgerOn(store).lander.land([each])
  expect(requestsOf(store)).toBe(1)
  expectSound(store)
})

test('a charge that was taken back for one that was itself taken back later is found, however far the last one is', async () => {
  const store = new MemoryLedgerStore()
  const twins = [0, 15, 30].map((age) =>
    observation({ eventId: `e${age}`, responseId: 'r', at: someTime - age * days, usage }),
  )
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 0, 2],
  ]) {
    for (const index of order) {
      await ledgerOn(store).lander.land([twins[index] as Observation])
      await ledgerOn(store).auditor.step()
    }
  }
  expect(requestsOf(store)).toBe(1)
  expectSound(store)
})

const reports: fc.Arbitrary<Observation> = fc
  .record({
    eventId: fc.constantFrom('e1', 'e2', 'e3', 'e4', 'e5', 'e6'),
    responseId: fc.constantFrom('r1', 'r2', undefined),
    at: fc
      .constantFrom(0, 50 * minutes, 70 * minutes, 3 * hourMs, -1 * days, -12 * days, -25 * days)
      .map((shift) => someTime + shift),
    rank: fc.constantFrom(10, 30),
  })
  .map(({ responseId, ...rest }) => observation({ ...rest, usage, ...(responseId && { responseId }) }))

test('at any distance: after the auditor every request is charged once, also when everything came again', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(reports, { minLength: 2, maxLength: 8 }),
      fc.infiniteStream(fc.nat(7)),
      async (observations, dice) => {
        const roll = () => dice.next().value as number
        const store = new MemoryLedgerStore()
        let ledger = ledgerOn(store, { filterBytes: 60_000 })
        const landAll = async () => {
          for (let from = 0; from < observations.length; ) {
            const to = from + 1 + (roll() % 3)
            const batch = observations.slice(from, to)
            const fate = roll()
            if (fate === 0) store.failInsert = 'refused'
            if (fate === 1) store.failInsert = 'written'
            if (fate === 2) store.failInsert = 'going on'
            await ledger.lander.land(batch).catch(() => undefined)
            store.failInsert = undefined
            // A retry may come after others, and a restart settles what its predecessor began.
            if (roll() < 3 && to < observations.length) await ledger.lander.land(observations.slice(to, to + 1))
            if (roll() === 0) {
              await store.settle()
              ledger = ledgerOn(store, { filterBytes: 60_000 })
            }
            await ledger.lander.land(batch)
            from = to
          }
          await store.settle()
        }
        const { components, alone } = connect(observations.map(identify))
        for (let again = 0; again < 2; again++) {
          await landAll()
          expectSound(store)
          for (let step = 0; step < 4; step++) await ledger.auditor.step()
          expectSound(store)
          expect(await store.findSharedKeys()).toEqual([])
          expect(requestsOf(store)).toBe(components.length + alone.length)
        }
      },
    ),
    { numRuns: Number(process.env.FC_RUNS ?? 300) },
  )
})

import { setImmediate as turn } from 'node:timers/promises'
import type { TopicPartition } from '@spanledger/runtime/event-log/port'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { connect } from '../identity/connect.ts'
import { identify } from '../identity/keys.ts'
import type { Observation } from '../observation.ts'
import { reports } from '../testing/arbitrary-reports.ts'
import { landerOn } from '../testing/lander-on.ts'
import { createLedgerGroup } from '../testing/ledger-group.ts'
import { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { observation } from '../testing/observations.ts'
import { strayEstimates, sums } from '../testing/sums.ts'

const partitionCount = 3
const runs = Number(process.env.FC_RUNS ?? 300)
const usage = { input_tokens: 100, output_tokens: 10 }

/** What one ledger alone, undisturbed, makes of the same reports. */
async function undisturbed(observations: readonly Observation[]): Promise<Record<string, string>> {
  const store = new MemoryLedgerStore()
  await landerOn(store).land(observations)
  return sums(store)
}

test('ledgers that share the partitions, join, leave, pause and die: exact while reports of a request share a partition', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(reports, { minLength: 2, maxLength: 14 }),
      fc.infiniteStream(fc.nat(63)),
      async (observations, dice) => {
        const roll = () => dice.next().value as number
        const partitions: Observation[][] = Array.from({ length: partitionCount }, () => [])
        const { components, alone } = connect(observations.map(identify))
        for (const component of [...components, ...alone.map((index) => [index])]) {
          const together = partitions[roll() % partitionCount] as Observation[]
          for (const index of component) together.push(observations[index] as Observation)
        }
        for (const each of partitions) each.push(...each.filter(() => roll() < 24))
        const group = createLedgerGroup({ partitions, roll, audited: false })
        await group.run()
        expect(sums(group.store)).toEqual(await undisturbed(observations))
        const ids = group.store.entries.map(({ entryId }) => entryId)
        expect(new Set(ids).size).toBe(ids.length)
      },
    ),
    { numRuns: runs },
  )
})

test('ledgers that share the partitions, join, leave, pause and die: exact after the auditor, wherever reports come', async () => {
  // Without hits of a result cache and reused ids, which are not one request by a key that two charges share.
  const plain = reports.map((each) => {
    const { usage: _, ...rest } = each
    return { ...rest, resultCache: 'none' as const, ...(each.usage && { usage }) }
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(plain, { minLength: 2, maxLength: 14 }),
      fc.infiniteStream(fc.nat(63)),
      async (observations, dice) => {
        const roll = () => dice.next().value as number
        const partitions: Observation[][] = Array.from({ length: partitionCount }, () => [])
        for (const each of [...observations, ...observations.filter(() => roll() < 24)])
          (partitions[roll() % partitionCount] as Observation[]).push(each)
        const group = createLedgerGroup({ partitions, roll, audited: true })
        await group.run()
        await group.audit()
        expect(sums(group.store)).toEqual(await undisturbed(observations))
        expect(strayEstimates(group.store)).toEqual([])
      },
    ),
    { numRuns: runs },
  )
})

const everything: readonly TopicPartition[] = [{ topic: 'otlp_spans', partition: 0 }]

test('what a ledger has on its way when another takes over its partition is refused, however late it arrives', async () => {
  const store = new MemoryLedgerStore()
  const first = landerOn(store)
  first.assign(everything)
  store.failInsert = 'on its way'
  const batch = [observation({ eventId: 'e1', usage })]
  await expect(first.land(batch)).rejects.toMatchObject({ retryable: true })
  const other = new MemoryLedgerStore({ of: store, instance: 'two' })
  const second = landerOn(other)
  second.assign(everything)
  await second.land(batch)
  store.arrive()
  expect(store.entries).toHaveLength(1)
  await expect(first.land([observation({ eventId: 'e2', usage })])).rejects.toMatchObject({ code: 'INSERT_REFUSED' })
  first.assign(everything)
  expect(await first.land([...batch, observation({ eventId: 'e2', usage })])).toMatchObject({ requests: 1, known: 1 })
})

test('a twin that another ledger charged a while ago is merged at once, not by the auditor', async () => {
  const store = new MemoryLedgerStore()
  const clock = { now: Date.now() }
  const member = (instance: string, partition: number) => {
    const lander = landerOn(new MemoryLedgerStore({ of: store, instance }), { clock: () => clock.now })
    lander.assign([{ topic: 'otlp_spans', partition }])
    return lander
  }
  const one = member('one', 0)
  const two = member('two', 1)
  await one.land([observation({ eventId: 'warm', usage })])
  await two.land([observation({ eventId: 'warm too', usage })])
  await one.land([observation({ eventId: 'e1', responseId: 'r', usage })])
  clock.now += 2_000
  await turn()
  expect(await two.land([observation({ eventId: 'e2', responseId: 'r', usage })])).toMatchObject({ merged: 1 })
})

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { tenantHeader, topics } from '@spanledger/schemas/events/topics'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createReader } from '../decode/reader.ts'
import type { Observation } from '../observation.ts'
import { ledgerOn } from '../testing/lander-on.ts'
import { createLedgerGroup } from '../testing/ledger-group.ts'
import { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { landAnyhow, pureSums } from '../testing/random-history.ts'
import { sums } from '../testing/sums.ts'

const fixtures = new URL('../../../../../shared/fixtures/otlp/', import.meta.url)
const runs = Number(process.env.FC_RUNS ?? 4)
const topicOf = { traces: topics.spans, logs: topics.logs, metrics: topics.metrics }

/** All that a folder's payloads say, under a tenant of its own: the same requests told by two would be one otherwise. */
function observationsOf(folder: string): readonly Observation[] {
  const read = createReader()
  return readdirSync(new URL(`${folder}/`, fixtures)).flatMap((name) => {
    const signal = /^\d+-(traces|logs|metrics)\.pb$/.exec(name)?.[1] as keyof typeof topicOf | undefined
    if (!signal) return []
    const value = readFileSync(new URL(`${folder}/${name}`, fixtures))
    const headers = { [tenantHeader]: folder }
    const appendedAtMs = Date.UTC(2027, 0, 1)
    return read({ topic: topicOf[signal], partition: 0, offset: 0, appendedAtMs, key: '', value, headers }).observations
  })
}

const absent = !existsSync(fixtures)

describe.skipIf(absent)('captured payloads (../shared/fixtures/otlp is not here)', () => {
  const folders = absent ? [] : readdirSync(fixtures).filter((name) => !name.includes('.'))
  const captured = folders.flatMap(observationsOf)

  test('all of them in any order, divided, repeated and mixed, with failures, restarts and the auditor in between', async () => {
    const expected = await pureSums(captured)
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat(7)), async (dice) => {
        const roll = () => dice.next().value as number
        const store = new MemoryLedgerStore()
        await landAnyhow(store, captured, { roll, audited: true, batch: 12 })
        const { lander, auditor } = ledgerOn(store)
        for (let step = 0; step < 3; step++) await auditor.step()
        expect(sums(store)).toEqual(expected)
        const entries = store.entries.length
        await lander.land(captured)
        expect(store.entries).toHaveLength(entries)
      }),
      { numRuns: runs },
    )
  })

  test('by several ledgers that join, leave, pause and die, wherever reports come', async () => {
    const expected = await pureSums(captured)
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat(63)), async (dice) => {
        const roll = () => dice.next().value as number
        const partitions: Observation[][] = [[], [], []]
        const all = [...captured, ...captured.filter(() => roll() < 16)].map((each) => [roll(), each] as const)
        for (const [, each] of all.toSorted(([a], [b]) => a - b)) partitions[roll() % 3]?.push(each)
        const group = createLedgerGroup({ partitions, roll, audited: true })
        await group.run()
        await group.audit()
        expect(sums(group.store)).toEqual(expected)
      }),
      { numRuns: runs },
    )
  })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Observation } from '../observation.ts'
import { reports } from '../testing/arbitrary-reports.ts'
import { landerOn } from '../testing/lander-on.ts'
import { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { observation, someTime } from '../testing/observations.ts'
import { sums } from '../testing/sums.ts'

/** By lengths alone: nobody estimates by series here. */
const accruedIn = (store: MemoryLedgerStore) => store.entries.reduce((sum, entry) => sum + entry.accruedCost, 0n)

test('the sums depend only on what was reported: not on order, batches, repetition, restarts or failures', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(reports, { minLength: 1, maxLength: 9 }),
      fc.infiniteStream(fc.nat(7)),
      async (observations, dice) => {
        const roll = () => dice.next().value as number
        const whole = new MemoryLedgerStore()
        await landerOn(whole).land(observations)

        const store = new MemoryLedgerStore()
        let lander = landerOn(store)
        const repeated = [...observations, ...observations.filter(() => roll() < 3)]
        const shuffled = repeated.map((each) => [roll() * 8 + roll(), each] as const).toSorted(([a], [b]) => a - b)
        let batch: Observation[] = []
        const concurrent: Promise<unknown>[] = []
        const flush = async () => {
          const sent = batch
          batch = []
          const fate = roll()
          if (fate === 0) store.failInsert = 'refused'
          if (fate === 1) store.failInsert = 'written'
          if (fate === 2) store.failInsert = 'going on'
          const landing = lander.land(sent).catch(() => lander.land(sent))
          concurrent.push(landing)
          if (roll() < 5 || fate < 3) await Promise.all(concurrent.splice(0))
        }
        for (const [, each] of shuffled) {
          batch.push({ ...each, receivedAt: each.receivedAt + roll() })
          if (roll() < 4) await flush()
          if (roll() === 0) {
            await Promise.all(concurrent.splice(0))
            lander = landerOn(store)
          }
        }
        await flush()
        await Promise.all(concurrent)
        expect(sums(store)).toEqual(sums(whole))
        expect(accruedIn(store)).toBe(accruedIn(whole))
        const ids = store.entries.map((entry) => entry.entryId)
        expect(new Set(ids).size).toBe(ids.length)
        for (const entry of store.entries)
          expect(
            entry.costInput + entry.costCacheRead + entry.costCacheWrite + entry.costOutput + entry.costOther,
          ).toBe(entry.cost)
      },
    ),
    { numRuns: Number(process.env.FC_RUNS ?? 1500) },
  )
})

test('what the ledger holds already writes nothing, whatever it was and after any restart', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(reports, { minLength: 1, maxLength: 6 }), async (observations) => {
      const store = new MemoryLedgerStore()
      await landerOn(store).land(observations)
      const entries = store.entries.length
      const again = await landerOn(store).land(
        observations.map((each) => ({ ...each, receivedAt: each.receivedAt + 9 })),
      )
      expect(store.entries).toHaveLength(entries)
      expect(again.requests + again.merged).toBe(0)
    }),
    { numRuns: 500 },
  )
})

test('a hit of a result cache brings the id of the cached answer, and does not make that answer free', async () => {
  const usage = { input_tokens: 1000, output_tokens: 100 }
  const paid = observation({ responseId: 'r1', eventId: 'e1', usage, latencyMs: 900, requestModel: 'm' })
  const hit = (eventId: string | undefined, seconds: number) =>
    observation({
      responseId: 'r1',
      ...(eventId && { eventId }),
      at: someTime + seconds * 1000,
      usage,
      latencyMs: 2,
      requestModel: 'm',
      resultCache: 'exact_hit',
    })
  const all = [paid, hit('e2', 60), hit('e3', 90), hit(undefined, 120), hit(undefined, 150)]
  for (const batches of [[all], all.map((each) => [each]), all.toReversed().map((each) => [each])]) {
    const store = new MemoryLedgerStore()
    const lander = landerOn(store)
    for (const batch of batches) await lander.land(batch)
    expect(store.entries.map(({ requests, priceState }) => [requests, priceState]).toSorted()).toEqual([
      [1, 'free'],
      [1, 'free'],
      [1, 'free'],
      [1, 'free'],
      [1, 'priced'],
    ])
    expect(store.entries.find((entry) => entry.cost > 0n)).toMatchObject({ inputTokens: 1000, warnings: [] })
  }
})

test('a hit and the span of the same call are one free request; where anybody was charged, it is not free', async () => {
  const usage = { input_tokens: 1000, output_tokens: 100 }
  const span = observation({ responseId: 'r1', rank: 50, latencyMs: 20, usage, requestModel: 'm' })
  const hit = observation({ responseId: 'r1', eventId: 'e1', at: someTime + 5, usage, resultCache: 'exact_hit' })
  const missed = observation({ responseId: 'r1', eventId: 'e2', rank: 60, usage, resultCache: 'miss' })
  for (const [reports, free] of [
    [[span, hit], true],
    [[span, hit, missed], false],
  ] as const) {
    const store = new MemoryLedgerStore()
    for (const each of reports) await landerOn(store).land([each])
    expect(store.entries.reduce((sum, { requests }) => sum + requests, 0)).toBe(1)
    expect(store.entries.reduce((sum, { cost }) => sum + cost, 0n) === 0n).toBe(free)
  }
})

test('every report is counted once: as a charge, as a correction, or as known', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(reports, { minLength: 1, maxLength: 6 }), async (observations) => {
      const lander = landerOn(new MemoryLedgerStore())
      for (const batch of [observations, observations.slice(1), observations]) {
        const { requests, known, merged } = await lander.land(batch)
        expect(requests + known + merged).toBe(batch.length)
      }
    }),
    { numRuns: 200 },
  )
})

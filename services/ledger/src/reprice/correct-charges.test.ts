import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Price } from '../landing/charge.ts'
import type { Observation } from '../observation.ts'
import { reports } from '../testing/arbitrary-reports.ts'
import { ledgerOn } from '../testing/lander-on.ts'
import { repriceReaderOf } from '../testing/memory-reprice.ts'
import { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { somePrice, someTime } from '../testing/observations.ts'
import { strayEstimates, sums } from '../testing/sums.ts'
import { correctCharges } from './correct-charges.ts'

const runs = Number(process.env.FC_RUNS ?? 40)
const dayMs = 86_400_000
const wanted = { fromMs: someTime - dayMs, toMs: someTime + dayMs }
const dearer: Price = (request) => {
  const price = somePrice(request)
  const [input, output] = [price.costInputAtto * 3n, price.costOutputAtto * 3n]
  return { ...price, costAtto: input + output, costInputAtto: input, costOutputAtto: output, priceVersion: 'dearer' }
}

/** Lands batches in order, resting some turns between them. */
async function landAll(
  ledger: ReturnType<typeof ledgerOn>,
  batches: readonly (readonly Observation[])[],
  turns: () => number,
): Promise<void> {
  for (const batch of batches) {
    for (let n = turns(); n > 0; n--) await turn()
    await ledger.lander.land(batch)
  }
}

const batchesOf = (report: fc.Arbitrary<Observation>) =>
  fc.array(fc.array(report, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 })
/** Without hits of a result cache and reused ids, which are not one request by a key that two charges share. */
const plain = reports.map(({ usage, ...rest }) => ({
  ...rest,
  resultCache: 'none' as const,
  ...(usage && { usage: { input_tokens: 100, output_tokens: 10 } }),
}))

test('twins that land while charges are priced anew leave the sums of a ledger that had these prices from the beginning', async () => {
  await fc.assert(
    fc.asyncProperty(batchesOf(reports), fc.array(fc.nat(5), { minLength: 1 }), async (landings, rests) => {
      const store = new MemoryLedgerStore()
      let price: Price = somePrice
      const ledger = ledgerOn(store, { price: (request) => price(request) })
      let place = 0
      const turns = () => rests[place++ % rests.length] as number
      const landing = landAll(ledger, landings, turns)
      for (let n = turns(); n > 0; n--) await turn()
      price = dearer
      const reprice = () =>
        correctCharges({ reader: repriceReaderOf(store), lander: ledger.lander, wanted, goesOn: async () => true })
      await reprice()
      await landing
      await reprice()
      await ledger.auditor.step()

      const fresh = new MemoryLedgerStore()
      const other = ledgerOn(fresh, { price: dearer })
      await landAll(other, landings, () => 0)
      await other.auditor.step()
      expect(sums(store)).toEqual(sums(fresh))
      expect(strayEstimates(store)).toEqual([])
      expect((await reprice()).corrected).toBe(0)
    }),
    { numRuns: runs },
  )
})

test('what another ledger corrects at the same moment is put right by the auditor, and priced anew with the next run', async () => {
  await fc.assert(
    fc.asyncProperty(batchesOf(plain), fc.array(fc.nat(5), { minLength: 1 }), async (landings, rests) => {
      const store = new MemoryLedgerStore()
      let place = 0
      const turns = () => rests[place++ % rests.length] as number
      const gate = async () => {
        for (let n = turns(); n > 0; n--) await turn()
      }
      // Each has partitions of its own, and prices of its own for a while: a rolling start.
      const [leader, follower] = [0, 1].map((index) => {
        const own = new MemoryLedgerStore({ of: store, instance: `ledger-${index}`, gate })
        const ledger = ledgerOn(own, { price: index === 0 ? dearer : somePrice })
        ledger.lander.assign([{ topic: 'otlp_spans', partition: index }])
        return ledger
      }) as [ReturnType<typeof ledgerOn>, ReturnType<typeof ledgerOn>]
      const reprice = () =>
        correctCharges({ reader: repriceReaderOf(store), lander: leader.lander, wanted, goesOn: async () => true })
      const half = Math.ceil(landings.length / 2)
      await Promise.all([
        landAll(follower, landings.slice(0, half), turns),
        landAll(leader, landings.slice(half), turns),
        reprice(),
      ])
      for (let step = 0; step < 3; step++) await leader.auditor.step()
      await reprice()
      for (const entry of store.live()) expect(entry.priceVersion === 'dearer' || entry.cost === 0n).toBe(true)

      const fresh = new MemoryLedgerStore()
      const other = ledgerOn(fresh, { price: dearer })
      await landAll(other, landings, () => 0)
      await other.auditor.step()
      expect(total(store)).toEqual(total(fresh))
      expect((await reprice()).corrected).toBe(0)
    }),
    { numRuns: runs },
  )
})

function total(store: MemoryLedgerStore) {
  const sum = (read: (entry: MemoryLedgerStore['entries'][number]) => bigint) =>
    store.entries.reduce((all, entry) => all + read(entry), 0n)
  return { cost: sum(({ cost }) => cost), requests: sum(({ requests }) => BigInt(requests)) }
}

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reports } from '../testing/arbitrary-reports.ts'
import { landerOn } from '../testing/lander-on.ts'
import { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { somePrice } from '../testing/observations.ts'

test('prices that change between a report and its redelivery make no second charge, and charge nothing anew', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(reports, { minLength: 1, maxLength: 6 }), async (observations) => {
      let version = 1
      const store = new MemoryLedgerStore()
      const price = (request: Parameters<typeof somePrice>[0]) => {
        const result = somePrice(request)
        const times = BigInt(version)
        return {
          ...result,
          priceVersion: `v${version}`,
          costAtto: result.costAtto * times,
          costInputAtto: result.costInputAtto * times,
          costOutputAtto: result.costOutputAtto * times,
        }
      }
      const lander = landerOn(store, { price })
      await lander.land(observations)
      const before = store.entries.length
      version = 2
      expect((await lander.land(observations)).requests).toBe(0)
      // nor by a ledger that has just started
      expect((await landerOn(store, { price }).land(observations)).requests).toBe(0)
      expect(store.entries).toHaveLength(before)
    }),
    { numRuns: 300 },
  )
})

import type { CostPool } from '@spanledger/schemas/prices/overrides'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hourMs } from '../identity/identity-filter.ts'
import { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { gpus, poolLedger, poolRequest, poolStart as start, sumOfCosts } from '../testing/pool-ledger.ts'

const minute = 60_000

test('every hour of several pools sums to its cost, whoever asked, whatever is late, cut off or done twice', async () => {
  const report = fc.record({
    pool: fc.constantFrom('llama', 'qwen', 'other'),
    tenant: fc.constantFrom('acme', 'umbrella'),
    at: fc.integer({ min: 0, max: 2 * 60 - 1 }),
    latencyMs: fc.option(fc.integer({ min: 1, max: 4_000_000 }), { nil: undefined }),
    output: fc.integer({ min: 0, max: 5000 }),
    late: fc.boolean(),
  })
  const pools: CostPool[] = [
    { ...gpus, to: new Date(start + 2 * hourMs).toISOString() },
    {
      ...gpus,
      id: 'shared',
      models: ['qwen', 'other'],
      per_unit_hour: '0.333333333333333333',
      units: 7,
      weigh: 'tokens',
      idle: 'spread',
      to: new Date(start + 2 * hourMs).toISOString(),
    },
  ]
  await fc.assert(
    fc.asyncProperty(
      fc.array(report, { maxLength: 25 }),
      fc.array(fc.constantFrom('refused', 'written', 'going on'), { maxLength: 3 }),
      async (reports, fates) => {
        const store = new MemoryLedgerStore()
        const observations = reports.map(({ pool, tenant, at, latencyMs, output }, n) => {
          const { latencyMs: _, ...rest } = poolRequest(`e${n}`, {
            tenant,
            requestModel: pool,
            at: start + at * minute,
            usage: { input_tokens: 10 * n, output_tokens: output },
          })
          return { ...rest, ...(latencyMs !== undefined && { latencyMs }) }
        })
        const first = poolLedger({ pools }, store)
        await first.lander.land(observations.filter((_each, n) => !reports[n]?.late))
        let now = start + 2 * hourMs + 15 * minute
        for (const fate of fates) {
          store.failInsert = fate
          await poolLedger({ pools }, store, now)
            .settler.step()
            .catch(() => {})
          await store.settle()
        }
        store.failInsert = undefined
        await poolLedger({ pools }, store, (now += minute)).settler.step()
        const last = poolLedger({ pools }, store, (now += minute))
        await last.lander.land(observations)
        await last.settler.step()
        await last.goTo((now += 48 * hourMs))
        await last.settler.step()
        await last.settler.step()
        for (const pool of pools)
          for (const hour of [0, 1]) {
            const entries = store.entries.filter(
              ({ matchedBy, at }) => matchedBy === `pool:${pool.id}` && Math.floor((at - start) / hourMs) === hour,
            )
            expect(sumOfCosts(entries)).toBe(pool.id === 'gpus' ? '5' : '2.333333333333333331')
          }
        expect(store.live().filter(({ warnings }) => warnings.includes('POOL_PROVISIONAL'))).toEqual([])
        expect(store.live()).toHaveLength(observations.length)
        const entries = store.entries.length
        await poolLedger({ pools }, store, now + 48 * hourMs).settler.step()
        expect(store.entries).toHaveLength(entries)
      },
    ),
    { numRuns: 60 },
  )
})

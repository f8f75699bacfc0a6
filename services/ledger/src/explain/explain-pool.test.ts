import { decimalFromAtto } from '@spanledger/schemas/money'
import type { CostPool } from '@spanledger/schemas/prices/overrides'
import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hourMs } from '../identity/identity-filter.ts'
import { gpus, poolLedger, poolRequest, poolStart } from '../testing/pool-ledger.ts'
import { explainPool } from './explain-pool.ts'

const Exact = Decimal.clone({ precision: 120, rounding: Decimal.ROUND_HALF_EVEN })

test('the lines of whatever is paid by the hour recompute it, before and after it is settled, and what they take back', async () => {
  const pools = fc.record({
    weigh: fc.constantFrom('tokens' as const, 'request_seconds' as const, 'token_seconds' as const),
    idle: fc.constantFrom('line' as const, 'spread' as const),
    capacity: fc.option(fc.constantFrom('7200', '123456.789'), { nil: undefined }),
    weights: fc.constantFrom({}, { input: '0.000000000000000001' }, { output: '3.3333' }),
    perHour: fc.constantFrom('2.5', '0.000000000000000007', '33.333333333333333333'),
  })
  const reports = fc.array(
    fc.record({ input: fc.nat(1_000_000), output: fc.nat(10_000), latencyMs: fc.nat(3_000_000), late: fc.boolean() }),
    { maxLength: 8 },
  )
  await fc.assert(
    fc.asyncProperty(pools, reports, async ({ capacity, perHour, ...fields }, all) => {
      const pool: CostPool = {
        ...gpus,
        ...fields,
        per_unit_hour: perHour,
        ...(capacity !== undefined && { capacity_per_hour: capacity }),
      }
      const { lander, settler, store, goTo } = poolLedger({ pools: [pool] })
      const land = (late: boolean) =>
        lander.land(
          all.flatMap(({ input, output, latencyMs, late: isLate }, n) =>
            isLate === late
              ? [poolRequest(`r${n}`, { usage: { input_tokens: input, output_tokens: output }, latencyMs })]
              : [],
          ),
        )
      await land(false)
      await goTo(poolStart + hourMs * 1.25)
      await settler.step()
      await land(true)
      await goTo(poolStart + hourMs * 1.75)
      await settler.step()
      for (const entry of store.entries) {
        let total = new Exact(0)
        for (const line of explainPool(entry) ?? []) {
          const amount = new Exact(line.quantity).mul(line.unit_price).div(line.per).toDecimalPlaces(18)
          expect(line.amount).toBe(amount.toFixed())
          total = total.add(amount)
        }
        expect(total.toFixed()).toBe(decimalFromAtto(entry.cost < 0n ? -entry.cost : entry.cost))
      }
    }),
    { numRuns: 60 },
  )
})

test('a share is what its hour cost by its part of the weights', async () => {
  const { lander, settler, store, goTo } = poolLedger({ pools: [gpus] })
  await lander.land([poolRequest('a'), poolRequest('b', { at: poolStart + 60_000, latencyMs: 72_000 })])
  await goTo(poolStart + hourMs * 1.25)
  await settler.step()
  const [first] = store.live().toSorted((a, b) => a.at - b.at)
  if (!first) throw new Error('no charge')
  expect(explainPool(first)).toMatchObject([
    {
      meter: 'pool_weight',
      quantity: '36',
      unit_price: '0.15',
      per: 108,
      amount: '0.05',
      price_row: 'pool:gpus@2026-11-20T10:00:00.000Z',
    },
  ])
  const idle = store.entries.find(({ kind }) => kind === 'capacity')
  expect(idle && explainPool(idle)?.map(({ meter, amount }) => [meter, amount])).toEqual([
    ['pool_hour', '5'],
    ['used_capacity', '-0.15'],
  ])
})

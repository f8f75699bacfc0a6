import { attoFromDecimal, decimalFromAtto } from '@spanledger/schemas/money'
import type { CostPool } from '@spanledger/schemas/prices/overrides'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocate } from './allocate.ts'
import { busyMs } from './busy-time.ts'
import { poolCost, type RateOf } from './pool-cost.ts'
import { shareOut } from './share-out.ts'
import { weigh } from './weigh.ts'

const hour = 3_600_000
const start = Date.UTC(2026, 10, 20, 10)
const euro: RateOf = (currency) => (currency === 'EUR' ? { num: 10850n, den: 10000n } : undefined)
const noRates: RateOf = () => undefined
const pool = (fields: Partial<CostPool> = {}): CostPool => ({
  id: 'gpus',
  provider: 'vllm',
  models: ['*'],
  units: 2,
  per_unit_hour: '2.49',
  from: '2026-11-01',
  weigh: 'token_seconds',
  ...fields,
})
const usd = (atto: bigint | undefined) => (atto === undefined ? undefined : decimalFromAtto(atto))
const window = (hours: number, fromMs = start) => ({ fromMs, toMs: fromMs + hours * hour })

describe('the worked examples of the specification', () => {
  it('8: two GPUs for three hours with electricity in euro, by token-seconds', () => {
    const cost = poolCost(
      pool({ electricity: { kw: '1.4', per_kwh: '0.31', currency: 'EUR' } }),
      window(3),
      euro,
    ) as bigint
    expect(usd(cost)).toBe('16.35267')
    const requests = [
      { id: 'A', weight: 1_200_000n },
      { id: 'B', weight: 650_000n },
      { id: 'C', weight: 150_000n },
    ]
    const { used, line, shares } = allocate({ cost, busy: { used: 6480n, capacity: 10800n }, requests, idle: 'line' })
    expect([used, line].map(usd)).toEqual(['9.811602', '6.541068'])
    expect(shares.map((share) => usd(share.used))).toEqual(['5.8869612', '3.18877065', '0.73587015'])
  })

  it('9: what does not divide goes to the first of equals', () => {
    const equal = ['c', 'a', 'b'].map((id) => ({ id, weight: 1n }))
    expect(shareOut(attoFromDecimal('0.0415'), equal).map(usd)).toEqual([
      '0.013833333333333333',
      '0.013833333333333334',
      '0.013833333333333333',
    ])
  })

  it('10: provisioned throughput by the hour, and paid in advance', () => {
    const units = pool({ units: 50, per_unit_hour: '1.00' })
    const cost = poolCost(units, window(1), noRates) as bigint
    const requests = [{ id: 'A', weight: 1n }]
    const { used, line } = allocate({ cost, busy: { used: 625n, capacity: 1000n }, requests, idle: 'line' })
    expect([used, line].map(usd)).toEqual(['31.25', '18.75'])

    const { per_unit_hour: _, ...prepaid } = pool({ prepaid: '13000', from: '2026-10-01', to: '2026-11-01' })
    const first = Date.UTC(2026, 9, 1)
    const hours = Array.from({ length: 744 }, (_hour, n) => poolCost(prepaid, window(1, first + n * hour), noRates))
    expect(usd(hours[0])).toBe('17.473118279569892474')
    expect(usd(hours[743])).toBe('17.473118279569892473')
    expect(hours.filter((each) => each === hours[0])).toHaveLength(88)
    expect(usd(hours.reduce<bigint>((a, b) => a + (b ?? 0n), 0n))).toBe('13000')
  })
})

describe('the cost of a window', () => {
  it('counts only the time within the term of the pool', () => {
    const half = pool({ units: 1, per_unit_hour: '3', from: '2026-11-20T10:30:00Z', to: '2026-11-20T11:15:00Z' })
    expect(usd(poolCost(half, window(1), noRates))).toBe('1.5')
    expect(usd(poolCost(half, window(1, start + hour), noRates))).toBe('0.75')
    expect(usd(poolCost(half, window(1, start + 2 * hour), noRates))).toBe('0')
  })

  it('adds overhead, and multiplies electricity by what cooling takes', () => {
    const all = pool({ overhead_per_hour: '0.5', electricity: { kw: '2', per_kwh: '0.1', pue: '1.25' } })
    expect(usd(poolCost(all, window(1), noRates))).toBe('5.73')
  })

  it('is not known without a rate of its currency', () => {
    expect(poolCost(pool({ currency: 'EUR' }), window(1), noRates)).toBeUndefined()
    expect(usd(poolCost(pool({ currency: 'EUR' }), window(1), euro))).toBe('5.4033')
  })

  it('of whatever parts a term is divided into sums to what was paid for it', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 24n }),
        fc.integer({ min: 1, max: 900 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 20 }),
        (amount, hours, cuts) => {
          const to = new Date(start + hours * hour).toISOString()
          const prepaid = { ...pool({ prepaid: decimalFromAtto(amount), from: new Date(start).toISOString(), to }) }
          const { per_unit_hour: _, ...only } = prepaid
          let sum = 0n
          let fromMs = start - 5 * hour
          for (const length of [...cuts, 2000]) {
            sum += poolCost(only, window(length, fromMs), noRates) ?? -1n
            fromMs += length * hour
          }
          expect(sum).toBe(amount)
        },
      ),
    )
  })
})

describe('what is shared out', () => {
  const weighed = fc.uniqueArray(
    fc.record({ id: fc.string({ minLength: 1 }), weight: fc.bigInt({ min: 0n, max: 10n ** 30n }) }),
    { selector: ({ id }) => id, maxLength: 200 },
  )
  const amounts = fc.oneof(fc.bigInt({ min: 0n, max: 1000n }), fc.bigInt({ min: 0n, max: 10n ** 26n }))
  const shared = fc.record({
    cost: amounts,
    used: fc.bigInt({ min: 0n, max: 5000n }),
    requests: weighed,
    idle: fc.constantFrom('line' as const, 'spread' as const),
  })

  it('sums to the cost of the window exactly, whatever the sizes, and takes from nobody', () => {
    fc.assert(
      fc.property(shared, ({ cost, used, requests, idle }) => {
        const found = allocate({ cost, busy: { used, capacity: 3600n }, requests, idle })
        const sum = found.shares.reduce((total, share) => total + share.used + share.idle, found.line)
        expect(sum).toBe(cost)
        expect(found.used + found.idle).toBe(cost)
        expect(found.shares.every((share) => share.used >= 0n && share.idle >= 0n)).toBe(true)
      }),
    )
  })

  it('is each within one atto of its part, the same in any order, and nothing for what weighs nothing', () => {
    fc.assert(
      fc.property(amounts, weighed, (total, requests) => {
        const weights = requests.reduce((sum, { weight }) => sum + weight, 0n)
        fc.pre(weights > 0n)
        const shares = shareOut(total, requests)
        const backwards = shareOut(total, requests.toReversed()).toReversed()
        expect(backwards).toEqual(shares)
        for (const [index, { weight }] of requests.entries()) {
          const floor = (total * weight) / weights
          const share = shares[index] as bigint
          expect(share === floor || (weight > 0n && share === floor + 1n)).toBe(true)
        }
      }),
    )
  })
})

describe('a request weighs', () => {
  const usage = { input_tokens: 1000, cache_read_tokens: 200, output_tokens: 100 }
  const weight = (fields: Partial<CostPool>, use = {}) => usd(weigh(pool(fields), { model: 'M', usage, ...use }))

  it('its tokens, by the weights of its model', () => {
    expect(weight({ weigh: 'tokens' })).toBe('1220')
    expect(weight({ weigh: 'tokens', weights: { output: '2' } })).toBe('1020')
    expect(weight({ weigh: 'tokens', weights_by_model: { m: { cache_read: '0' } } })).toBe('1200')
  })

  it('the time that it ran, and its tokens for that time', () => {
    expect(weight({ weigh: 'request_seconds' }, { runningMs: 1500 })).toBe('1.5')
    expect(weight({ weigh: 'token_seconds' }, { runningMs: 1500 })).toBe('1575')
    expect(weight({ weigh: 'token_seconds' }, { tokenMicroseconds: 2_500_000n })).toBe('2.5')
  })

  it('nothing that is known when its time is not', () => {
    expect(weight({ weigh: 'request_seconds' })).toBeUndefined()
    expect(weight({ weigh: 'token_seconds' })).toBeUndefined()
  })
})

it('a pool is busy while anything runs in its window, and not twice', () => {
  const run = (fromMs: number, toMs: number) => ({ fromMs: start + fromMs, toMs: start + toMs })
  expect(busyMs([], window(1))).toBe(0)
  expect(busyMs([run(10, 20), run(0, 15), run(30, 40), run(12, 14)], window(1))).toBe(30)
  expect(busyMs([run(-100, 50), run(hour - 10, hour + 500)], window(1))).toBe(60)
})

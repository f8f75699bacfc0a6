import { describe, expect, it } from 'vitest'
import { createPlanCache } from './plan-cache.ts'

describe('the plan cache', () => {
  it('keeps what is asked for again and forgets the rest', () => {
    const cache = createPlanCache<number>(100)
    const key = (n: number) => ['p', `m${n}`, '', '', ''] as const
    for (let n = 0; n < 10_000; n++) {
      cache.set(...key(n), n)
      expect(cache.get(...key(0))).toBe(0)
      expect(cache.size).toBeLessThanOrEqual(200)
    }
    expect(cache.get(...key(9_999))).toBe(9_999)
    expect(cache.get(...key(5_000))).toBe(undefined)
  })

  it('confuses no two keys', () => {
    const cache = createPlanCache<string>(10)
    cache.set('a', 'b', '', '', '', 'request')
    cache.set('a', '', 'b', '', '', 'response')
    expect(cache.get('a', 'b', '', '', '')).toBe('request')
    expect(cache.get('a', '', 'b', '', '')).toBe('response')
  })
})

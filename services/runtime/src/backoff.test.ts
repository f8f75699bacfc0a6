import { expect, it } from 'vitest'
import { createBackoff } from './backoff.ts'

it('doubles up to the limit, half of it drawn at random', () => {
  const shortest = createBackoff({ firstMs: 100, maxMs: 1_000, random: () => 0 })
  const longest = createBackoff({ firstMs: 100, maxMs: 1_000, random: () => 1 })
  expect([1, 2, 3, 4, 5, 1_000].map(shortest)).toEqual([50, 100, 200, 400, 500, 500])
  expect([1, 2, 3, 4, 5, 1_000].map(longest)).toEqual([100, 200, 400, 800, 1_000, 1_000])
})

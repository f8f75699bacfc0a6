import { createRandom } from '@spanledger/runtime/testing/seeded-random'

/** A seeded source of decisions: the same seed makes the same cases. */
export interface Dice {
  /** A whole number in 0..below-1. */
  below(below: number): number
  pick<T>(from: readonly T[]): T
  /** True once in `times`. */
  oneIn(times: number): boolean
}

export function createDice(seed: number): Dice {
  const random = createRandom(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  return {
    below,
    pick: (from) => from[below(from.length)] as (typeof from)[number],
    oneIn: (times) => below(times) === 0,
  }
}

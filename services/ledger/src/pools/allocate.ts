import { divideHalfEven } from '@spanledger/schemas/money'
import { shareOut, sumOf, type Weighed } from './share-out.ts'

/** How much of its capacity a pool used: used / capacity, at most all of it. */
export interface BusyShare {
  readonly used: bigint
  /** Above 0. */
  readonly capacity: bigint
}

export interface AllocateOptions {
  /** Atto-USD of the window. */
  readonly cost: bigint
  readonly busy: BusyShare
  readonly requests: readonly Weighed[]
  readonly idle: 'line' | 'spread'
}

/** `used` and `idle`, and the sums of `shares` and `line`, are the cost of the window exactly. */
export interface Allocation {
  readonly used: bigint
  readonly idle: bigint
  /** The entry of what nobody used: all of `idle`, or nothing where it is spread over requests. */
  readonly line: bigint
  readonly weights: bigint
  /** In the order of the requests. */
  readonly shares: readonly Share[]
}

export interface Share {
  readonly used: bigint
  /** Of what nobody used; 0 unless that is spread. */
  readonly idle: bigint
}

/** Who pays for a window of a pool. Without any weight all of it is idle, and stays a line. Source: the pricing specification, 9.1. */
export function allocate({ cost, busy, requests, idle: policy }: AllocateOptions): Allocation {
  if (busy.capacity <= 0n) throw new RangeError('a pool without capacity cannot be shared out')
  const weights = sumOf(requests)
  if (weights === 0n)
    return { used: 0n, idle: cost, line: cost, weights, shares: requests.map(() => ({ used: 0n, idle: 0n })) }
  const used = busy.used >= busy.capacity ? cost : divideHalfEven(cost * busy.used, busy.capacity)
  const idle = cost - used
  const ofUsed = shareOut(used, requests)
  const ofIdle = policy === 'spread' ? shareOut(idle, requests) : undefined
  return {
    used,
    idle,
    line: ofIdle ? 0n : idle,
    weights,
    shares: ofUsed.map((share, index) => ({ used: share, idle: ofIdle?.[index] ?? 0n })),
  }
}

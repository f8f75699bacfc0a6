import { attoFromDecimal, decimalFromAtto } from '@spanledger/schemas/money'
import { allocate, type BusyShare } from './allocate.ts'
import { busyMs } from './busy-time.ts'
import type { PoolBasis, PoolWindowBasis } from './pool-basis.ts'
import type { Pool } from './pool-book.ts'
import type { PoolWindow } from './pool-cost.ts'

/** A live request of a window as the ledger has it. */
export interface PoolMember {
  /** Decides who gets what a division leaves. */
  readonly id: string
  readonly at: number
  readonly basis: PoolBasis
}

export interface SettleOptions {
  readonly pool: Pool
  /** An hour. */
  readonly window: PoolWindow
  /** Atto-USD. */
  readonly cost: bigint
  readonly members: readonly PoolMember[]
  /** What the servers' own metrics, or the provider, say it used; absent: what the requests weigh, or when any of them ran. */
  readonly busy?: BusyShare | undefined
}

export interface SettledShare {
  /** Atto-USD. */
  readonly cost: bigint
  /** The part of `cost` that nobody used. */
  readonly idle: bigint
  readonly basis: PoolBasis
}

export interface Settlement {
  /** In the order of the members. */
  readonly shares: readonly SettledShare[]
  /** The entry of what nobody used; with the shares it is what the window cost. */
  readonly line: bigint
  readonly basis: PoolWindowBasis
}

/** Who pays for a window, for good unless its requests change: a pure function of the set of these. */
export function settleWindow({ pool, window, cost, members, busy: measured }: SettleOptions): Settlement {
  const { config } = pool
  const requests = members.map(({ id, basis }) => ({ id, weight: attoFromDecimal(basis.weight ?? '0') }))
  const weights = requests.reduce((sum, { weight }) => sum + weight, 0n)
  const busy = measured ?? busyShareOf(pool, window, members, weights)
  const policy = config.idle ?? 'line'
  const { used, idle, line, shares } = allocate({ cost, busy, requests, idle: policy })
  const figures = {
    window: new Date(window.fromMs).toISOString(),
    weights: decimalFromAtto(weights),
    used: decimalFromAtto(used),
  }
  return {
    shares: shares.map((share, index): SettledShare => {
      const { weight, running_ms: running } = (members[index] as PoolMember).basis
      return {
        cost: share.used + share.idle,
        idle: share.idle,
        basis: {
          by: 'pool',
          pool: config.id,
          ...(weight !== undefined && { weight }),
          ...(running !== undefined && { running_ms: running }),
          ...figures,
          ...(policy === 'spread' && { idle: decimalFromAtto(idle) }),
          settled: true,
        },
      }
    }),
    line,
    basis: {
      by: 'pool_window',
      pool: config.id,
      ...figures,
      cost: decimalFromAtto(cost),
      idle: decimalFromAtto(idle),
      line: decimalFromAtto(line),
      requests: members.length,
      busy: String(busy.used),
      capacity: String(busy.capacity),
    },
  }
}

const hourMs = 3_600_000
const allBusy: BusyShare = { used: 1n, capacity: 1n }

/** By what the pool can serve, else by when anything ran, else, where nobody says how long, all of it. */
function busyShareOf(
  { config, term }: Pool,
  window: PoolWindow,
  members: readonly PoolMember[],
  weights: bigint,
): BusyShare {
  const within = { fromMs: Math.max(window.fromMs, term.fromMs), toMs: Math.min(window.toMs, term.toMs) }
  const ms = Math.max(1, within.toMs - within.fromMs)
  if (config.capacity_per_hour !== undefined)
    return { used: weights * BigInt(hourMs), capacity: attoFromDecimal(config.capacity_per_hour) * BigInt(ms) }
  const running = members.flatMap(({ at, basis: { running_ms: length } }) =>
    length === undefined ? [] : [{ fromMs: at, toMs: at + length }],
  )
  if (running.length === 0) return allBusy
  return { used: BigInt(Math.round(busyMs(running, within))), capacity: BigInt(Math.round(ms)) }
}

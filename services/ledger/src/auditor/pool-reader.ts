import type { Key } from '../identity/keys.ts'
import type { SettledWindow } from '../landing/pool-correction.ts'
import type { PoolBasis } from '../pools/pool-basis.ts'

/** A live charge that is paid by the hour. */
export interface PoolCharge {
  readonly identity: Key
  readonly at: number
  /** Atto-USD, all its entries. */
  readonly cost: bigint
  readonly basis: PoolBasis
}

export interface TouchedWindow {
  readonly pool: string
  /** Of event time, since the epoch. */
  readonly hour: number
  /** When something was last recorded there by whom else than the settler. */
  readonly recordedAtMs: number
}

export const poolChargesAtOnce = 20_000

/** What the ledger holds of capacity that is paid by the hour. All methods reject with a `SpanledgerError`. */
export interface PoolReader {
  /** From that hour of event time on. */
  settledWindows(fromHour: number): Promise<SettledWindow[]>
  /** Of those from that hour on where something was recorded since. */
  touchedWindows(recordedSinceMs: number, fromHour: number): Promise<TouchedWindow[]>
  /** In the order of their identities, at most `poolChargesAtOnce`. */
  charges(pool: string, hour: number, after?: Key): Promise<PoolCharge[]>
}

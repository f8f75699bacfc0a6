import type { RejectCode } from '@spanledger/schemas/codes'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import type { Key } from './identity/keys.ts'
import type { LoadKeys } from './identity/identity-filter.ts'

/** A record that cannot be charged as it is, with where it came from. `record` holds no content. */
export interface RejectedRecord {
  readonly tenant: string
  readonly receivedAt: number
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Which of the record's items, by order: a record of spans may hold several bad ones. */
  readonly recordIndex: number
  readonly code: RejectCode
  readonly message: string
  readonly record: string
}

/** One of `shards` parts of all keys, what comes after a key. */
export interface KeyPart {
  readonly shard: number
  readonly shards: number
  readonly after?: Key | undefined
}

export const sharedKeysAtOnce = 5_000

/** The same key within so many days is one charge, whatever its event time. */
export const identityDays = 35

/**
 * Where entries are kept. All methods reject with a `SpanledgerError`; `retryable` ones may be called again.
 *
 * The store need not refuse what it holds already: exactly-once is identity's work, done before `insert`.
 */
export interface LedgerStore {
  /** Every identity key of live charges with their event hour. */
  readonly loadKeys: LoadKeys
  /**
   * The live entry (the newest revision, where requests sum to 1) of each charge that holds any of the keys, with its
   * event time in the hours `fromHour`..`toHour` (inclusive, hours since the epoch). Where a charge of these hours was
   * taken back as a duplicate, the one that stands for it is among them, wherever in the identity window it is.
   */
  findCharges(keys: readonly Key[], fromHour: number, toHour: number): Promise<LedgerEntry[]>
  /**
   * Resolves when every entry is readable. When it rejects, the outcome is unknown until `settle` has resolved.
   * Entries of one month are written all or none.
   */
  insert(entries: readonly LedgerEntry[], insertId: string): Promise<void>
  /** After it resolves, no insert with this id (or, without one, of this ledger) is still going on. */
  settle(insertId?: string): Promise<void>
  /**
   * Keys that live charges of the last `days` days share and that may be of one request: not where their response id is
   * known to be reused, or was handed out by a result cache. In a fixed order, at most `sharedKeysAtOnce`.
   */
  findSharedKeys(days: number, part?: KeyPart): Promise<Key[]>
  countCharges(days: number): Promise<number>
  /** Writing the same topic, partition, offset and index again changes nothing. */
  insertRejected(records: readonly RejectedRecord[]): Promise<void>
  /** Writing the same version again changes nothing. */
  recordPriceVersion(version: string, content: string): Promise<void>
}

import type { TopicPartition } from '@spanledger/runtime/event-log/port'
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
/** Charges whose entries are handed out at once to be put right. */
export const collisionsAtOnce = 500

/** A request without usage as it stands in the ledger: what an estimate of its cost depends on. */
export interface OpenAccrual {
  readonly identity: Key
  /** One of its identity keys. */
  readonly key: Key
  readonly at: number
  /** Of `at` in the reporting zone, YYYY-MM-DD. */
  readonly day: string
  readonly tenant: string
  readonly provider: string
  readonly requestModel: string
  readonly model: string
  readonly operation: string
  readonly feature: string
  readonly service: string
  readonly accruedCost: bigint
  /** The column `accrual_basis`. */
  readonly basis: string
}

/** By time of recording, those without any estimate; or by days of the requests (both inclusive), in order of identity. */
export type AccrualsWanted =
  | { readonly recordedSince: number }
  | { readonly from: string; readonly to: string; readonly after?: Key | undefined }

export const accrualsAtOnce = 2_000

/** What the priced requests of a day cost together that are alike in all this. */
export interface SeriesDay extends Omit<OpenAccrual, 'identity' | 'key' | 'at' | 'accruedCost' | 'basis'> {
  readonly requests: bigint
  /** Atto-USD. */
  readonly cost: bigint
}

/** Where reports of one request meet that share no key: a trace, or a service with equal totals. */
export interface TwinPlace {
  /** Names it; places within traces come before the others. */
  readonly place: string
  /** Changes with the charges there, and with what these say. */
  readonly signature: string
  /** How many live charges are there. */
  readonly charges: number
  /** Of these; none where they are more than `chargesInPlace`. */
  readonly identities: readonly Key[]
}

/** A place with more is left as it is: an id that everybody has, or totals that say nothing. */
export const chargesInPlace = 20_000

export interface TwinsWanted {
  readonly tenants: readonly string[]
  /** Of event time, inclusive, hours since the epoch. */
  readonly fromHour: number
  readonly toHour: number
  /** Only where something was recorded since then; perhaps some others beside. */
  readonly recordedSince?: number
  readonly after?: string | undefined
}

export const twinPlacesAtOnce = 2_000

/** The same key within so many days is one charge, whatever its event time. */
export const identityDays = 35

export interface Claimed {
  /** Other ledgers may write too, for other partitions. */
  readonly hasOthers: boolean
}

/**
 * Where entries are kept. All methods reject with a `SpanledgerError`; `retryable` ones may be called again.
 *
 * The store need not refuse what it holds already: exactly-once is identity's work, done before `insert`.
 */
export interface LedgerStore {
  /** Every identity key of live charges, and every key under which a span of theirs is found from its parent, with their event hour. */
  readonly loadKeys: LoadKeys
  /**
   * The live entry (the newest revision, where requests sum to 1 or more) of each charge that holds any of the keys, be it as one of
   * its own or as one under which a span of its is found from the parent (`childKey`), with its
   * event time in the hours `fromHour`..`toHour` (inclusive, hours since the epoch). Where a charge of these hours was
   * taken back as a duplicate, the one that stands for it is among them, wherever in the identity window it is.
   */
  findCharges(keys: readonly Key[], fromHour: number, toHour: number): Promise<LedgerEntry[]>
  /**
   * Resolves when every entry is readable. When it rejects, the outcome is unknown until `settle` has resolved.
   * Entries of one month are written all or none.
   */
  insert(entries: readonly LedgerEntry[], insertId: string): Promise<void>
  /** After it resolves, no insert with this id is still going on, or ever will be. */
  settle(insertId: string): Promise<void>
  /**
   * From now on this ledger, and nobody else, writes for these partitions of the log: after it resolves, what others, or
   * this one, began to insert for any of them is written, or never will be. Only the latest claim counts: a ledger that
   * another one has claimed a partition from is refused every insert (`INSERT_REFUSED`, retryable) until it claims anew.
   * Before the first claim nothing is refused.
   */
  claim(partitions: readonly TopicPartition[]): Promise<Claimed>
  /** The keys of live charges that other ledgers recorded since then, by their own clocks, with their event hour. */
  loadOthersKeys(sinceMs: number, onKey: (hour: number, key: Key) => void): Promise<void>
  /**
   * Keys that live charges of the last `days` days share and that may be of one request: not where their response id is
   * known to be reused, or was handed out by a result cache. In a fixed order, at most `sharedKeysAtOnce`.
   */
  findSharedKeys(days: number, part?: KeyPart): Promise<Key[]>
  /**
   * Charges (not capacity) of the last `days` days of which some entry was written more than once, each with all its entries: in the
   * order of their identities, at most `collisionsAtOnce` charges.
   */
  findCollided(days: number, part?: KeyPart): Promise<ReadonlyMap<Key, readonly LedgerEntry[]>>
  countCharges(days: number): Promise<number>
  /** By tenant: the names of the scopes of the spans with an event time in these hours that were recorded since, and in which hours these lie. */
  findScopes(wanted: {
    readonly recordedSince: number
    readonly fromHour: number
    readonly toHour: number
  }): Promise<{ readonly tenant: string; readonly scopes: readonly string[]; readonly hours: readonly number[] }[]>
  /** Where charges of several scopes may be one request (`partition`), in the order of their names, at most `twinPlacesAtOnce`. */
  findTwins(wanted: TwinsWanted): Promise<TwinPlace[]>
  /** The live entries of these charges, with their event time in these hours. */
  readCharges(identities: readonly Key[], fromHour: number, toHour: number): Promise<LedgerEntry[]>
  /** Live requests without usage, at most `accrualsAtOnce`. */
  findAccruals(wanted: AccrualsWanted): Promise<OpenAccrual[]>
  /**
   * What priced requests of these days (both inclusive) cost that share tenant, provider, operation, and the requested or
   * the priced model with any of `accruals`; perhaps some others beside.
   */
  sumSeries(accruals: readonly OpenAccrual[], from: string, to: string): Promise<SeriesDay[]>
  /** Writing the same topic, partition, offset and index again changes nothing. */
  insertRejected(records: readonly RejectedRecord[]): Promise<void>
  /** Writing the same version again changes nothing. */
  recordPriceVersion(version: string, content: string): Promise<void>
}

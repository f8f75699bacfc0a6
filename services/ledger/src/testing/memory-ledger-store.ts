import { SpanledgerError } from '@spanledger/runtime/errors'
import type { TopicPartition } from '@spanledger/runtime/event-log/port'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { isResultHit } from '@spanledger/schemas/events/usage-event'
import { hourOf } from '../identity/identity-filter.ts'
import type { Key } from '../identity/keys.ts'
import { capacityDialect } from '../landing/pool-correction.ts'
import type { ResultCache } from '../observation.ts'
import {
  type AccrualsWanted,
  type Claimed,
  collisionsAtOnce,
  identityDays,
  type LedgerStore,
  type OpenAccrual,
  type RejectedRecord,
  type SeriesDay,
  sharedKeysAtOnce,
  type TwinPlace,
  type TwinsWanted,
} from '../ports.ts'
import { accrualsOf, seriesDaysOf } from './memory-accruals.ts'
import { scopesIn, twinsIn } from './memory-twins.ts'

interface Charge {
  requests: number
  newest: LedgerEntry
}

interface Insert {
  readonly entries: readonly LedgerEntry[]
  readonly writer: string
  readonly claim: Claim
}

interface Claim {
  readonly generation: number
  readonly partitions: readonly string[]
}

/** What the members of a group share. */
interface Shared {
  readonly entries: LedgerEntry[]
  readonly writers: Map<LedgerEntry, string>
  readonly goingOn: Map<string, Insert>
  readonly onTheirWay: Set<Insert>
  readonly claims: Claim[]
  readonly rejected: Map<string, RejectedRecord>
  readonly priceVersions: Map<string, string>
}

/**
 * What happens to the next insert: refused, written but reported as failed, left to go on until it is settled, or left
 * on its way, where nobody can end it, until it arrives.
 */
type Fate = 'refused' | 'written' | 'going on' | 'on its way'

/** A `LedgerStore` in memory, for tests of what stands on it. `failInsert` decides the fate of the next insert. */
export class MemoryLedgerStore implements LedgerStore {
  failInsert: Fate | undefined
  private readonly shared: Shared
  private readonly instance: string
  private readonly gate: () => Promise<void>
  private claimed: Claim = { generation: 0, partitions: [] }

  /** `of`: another ledger's view of the same store. `gate`: what each of its calls waits for on the wire. */
  constructor(options: { of?: MemoryLedgerStore; instance?: string; gate?: () => Promise<void> } = {}) {
    this.instance = options.instance ?? 'one'
    this.gate = options.gate ?? (async () => {})
    this.shared = options.of?.shared ?? {
      entries: [],
      writers: new Map(),
      goingOn: new Map(),
      onTheirWay: new Set(),
      claims: [],
      rejected: new Map(),
      priceVersions: new Map(),
    }
  }

  get entries(): LedgerEntry[] {
    return this.shared.entries
  }

  get rejected(): Map<string, RejectedRecord> {
    return this.shared.rejected
  }

  get priceVersions(): Map<string, string> {
    return this.shared.priceVersions
  }

  /** What was on its way arrives. */
  arrive(): void {
    for (const insert of this.shared.onTheirWay) this.write(insert)
    this.shared.onTheirWay.clear()
  }

  async loadKeys(from: number, to: number, onKey: (hour: number, key: Key) => void): Promise<void> {
    await this.gate()
    for (const entry of this.entries) {
      if (entry.requests < 1) continue
      const hour = hourOf(entry.at)
      if (hour >= from && hour <= to) for (const key of allKeys(entry)) onKey(hour, key)
    }
  }

  async findCharges(keys: readonly Key[], fromHour: number, toHour: number): Promise<LedgerEntry[]> {
    await this.gate()
    const window = identityDays * 24
    const found = new Map(this.holders(keys, fromHour, toHour).map((each) => [each.newest.identity, each]))
    for (const { requests, newest } of found.values()) {
      if (requests >= 1) continue
      const hour = hourOf(newest.at)
      for (const each of this.holders(newest.identityKeys, hour - window, hour + window))
        if (!found.has(each.newest.identity)) found.set(each.newest.identity, each)
    }
    await this.gate()
    return [...found.values()].flatMap(({ requests, newest }) => (requests >= 1 ? [newest] : []))
  }

  async insert(entries: readonly LedgerEntry[], insertId: string): Promise<void> {
    const fate = this.failInsert
    this.failInsert = undefined
    const insert = { entries, writer: this.instance, claim: this.claimed }
    await this.gate()
    if (fate === 'on its way') this.shared.onTheirWay.add(insert)
    else if (fate === 'going on' && !this.isRefused(insert)) this.shared.goingOn.set(insertId, insert)
    else if (fate !== 'refused' && !this.write(insert)) throw unavailable('INSERT_REFUSED', insertId)
    await this.gate()
    if (fate) throw unavailable('STORE_UNAVAILABLE', `insert ${insertId}: ${fate}`)
  }

  /** The insert that went on has had the time to succeed. */
  async settle(insertId?: string): Promise<void> {
    await this.gate()
    for (const [id, insert] of this.shared.goingOn)
      if (insertId === undefined || id === insertId) {
        this.shared.goingOn.delete(id)
        this.write(insert)
      }
    // What its sender gave up is refused when it arrives.
    for (const insert of this.shared.onTheirWay)
      if (insert.writer === this.instance) this.shared.onTheirWay.delete(insert)
  }

  async claim(partitions: readonly TopicPartition[]): Promise<Claimed> {
    await this.gate()
    const names = partitions.map(({ topic, partition }) => `${topic}/${partition}`)
    this.claimed = { generation: this.shared.claims.length + 1, partitions: names }
    if (names.length > 0) this.shared.claims.push(this.claimed)
    await this.gate()
    for (const [id, insert] of this.shared.goingOn)
      if (isLater(this.claimed, insert.claim)) {
        // It ran before the claim: it is awaited.
        this.shared.goingOn.delete(id)
        this.append(insert)
      }
    return { hasOthers: this.shared.claims.some((each) => each.partitions.some((name) => !names.includes(name))) }
  }

  async loadOthersKeys(sinceMs: number, onKey: (hour: number, key: Key) => void): Promise<void> {
    await this.gate()
    for (const entry of this.entries)
      if (entry.requests > 0 && entry.recordedAt >= sinceMs && this.shared.writers.get(entry) !== this.instance)
        for (const key of allKeys(entry)) onKey(hourOf(entry.at), key)
  }

  private write(insert: Insert): boolean {
    if (this.isRefused(insert)) return false
    this.append(insert)
    return true
  }

  private isRefused({ claim }: Insert): boolean {
    return this.shared.claims.some((each) => isLater(each, claim))
  }

  private append({ entries, writer }: Insert): void {
    for (const entry of entries) {
      // An entry that is written twice is two rows.
      const row = { ...entry }
      this.shared.entries.push(row)
      this.shared.writers.set(row, writer)
    }
  }

  async findSharedKeys(_days?: number, { after = '' }: { after?: Key | undefined } = {}): Promise<Key[]> {
    const holders = new Map<Key, number>()
    for (const { identityKeys, warnings, resultCache } of this.live()) {
      if (warnings.includes('ID_REUSED') || isResultHit(resultCache as ResultCache)) continue
      for (const key of identityKeys) holders.set(key, (holders.get(key) ?? 0) + 1)
    }
    const shared = [...holders].filter(([key, count]) => count > 1 && key > after).map(([key]) => key)
    return shared.toSorted().slice(0, sharedKeysAtOnce)
  }

  async findCollided(
    _days?: number,
    { after = '' }: { after?: Key | undefined } = {},
  ): Promise<ReadonlyMap<Key, readonly LedgerEntry[]>> {
    await this.gate()
    const byCharge = new Map<Key, LedgerEntry[]>()
    for (const entry of this.entries) {
      // What nobody used is put right where it is settled.
      if (entry.dialect === capacityDialect) continue
      const others = byCharge.get(entry.identity)
      if (others) others.push(entry)
      else byCharge.set(entry.identity, [entry])
    }
    const collided = [...byCharge].filter(
      ([identity, entries]) => identity > after && new Set(entries.map(({ entryId }) => entryId)).size < entries.length,
    )
    return new Map(collided.toSorted(([a], [b]) => (a < b ? -1 : 1)).slice(0, collisionsAtOnce))
  }

  async countCharges(): Promise<number> {
    return this.live().length
  }

  async findScopes({ recordedSince, fromHour, toHour }: Parameters<LedgerStore['findScopes']>[0]) {
    await this.gate()
    return scopesIn(this.entries, recordedSince, fromHour, toHour)
  }

  async findTwins(wanted: TwinsWanted): Promise<TwinPlace[]> {
    await this.gate()
    return twinsIn(this.live(), wanted)
  }

  async readCharges(identities: readonly Key[]): Promise<LedgerEntry[]> {
    await this.gate()
    return this.live().filter(({ identity }) => identities.includes(identity))
  }

  async findAccruals(wanted: AccrualsWanted): Promise<OpenAccrual[]> {
    await this.gate()
    return accrualsOf(this.live(), wanted)
  }

  async sumSeries(_accruals: readonly OpenAccrual[], from: string, to: string): Promise<SeriesDay[]> {
    await this.gate()
    return seriesDaysOf(this.live(), from, to)
  }

  async insertRejected(records: readonly RejectedRecord[]): Promise<void> {
    for (const record of records)
      this.rejected.set(`${record.topic}/${record.partition}/${record.offset}/${record.recordIndex}`, record)
  }

  async recordPriceVersion(version: string, content: string): Promise<void> {
    this.priceVersions.set(version, content)
  }

  live(): LedgerEntry[] {
    return this.charges().flatMap(({ requests, newest }) => (requests >= 1 ? [newest] : []))
  }

  private holders(keys: readonly Key[], fromHour: number, toHour: number): Charge[] {
    const wanted = new Set(keys)
    return this.charges().filter(
      ({ newest }) =>
        hourOf(newest.at) >= fromHour && hourOf(newest.at) <= toHour && allKeys(newest).some((key) => wanted.has(key)),
    )
  }

  private charges(): Charge[] {
    const charges = new Map<Key, Charge>()
    for (const entry of this.entries) {
      const charge = charges.get(entry.identity)
      if (!charge) charges.set(entry.identity, { requests: entry.requests, newest: entry })
      else {
        charge.requests += entry.requests
        if (entry.requests > 0 && (charge.newest.requests < 0 || entry.revision > charge.newest.revision))
          charge.newest = entry
      }
    }
    return [...charges.values()]
  }
}

function allKeys({ identityKeys, parentKeys }: LedgerEntry): Key[] {
  return [...identityKeys, ...parentKeys]
}

function isLater(claim: Claim, than: Claim): boolean {
  return claim.generation > than.generation && claim.partitions.some((name) => than.partitions.includes(name))
}

function unavailable(code: string, message: string): SpanledgerError {
  return new SpanledgerError(code, message, { retryable: true, hint: 'again' })
}

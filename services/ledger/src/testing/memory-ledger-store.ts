import { SpanledgerError } from '@spanledger/runtime/errors'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { hourOf } from '../identity/identity-filter.ts'
import type { Key } from '../identity/keys.ts'
import { isResultHit } from '../identity/when.ts'
import type { ResultCache } from '../observation.ts'
import { identityDays, type LedgerStore, type RejectedRecord, sharedKeysAtOnce } from '../ports.ts'

interface Charge {
  requests: number
  newest: LedgerEntry
}

/** A `LedgerStore` in memory, for tests of what stands on it. `failInsert` decides the fate of the next insert. */
export class MemoryLedgerStore implements LedgerStore {
  readonly entries: LedgerEntry[] = []
  readonly rejected = new Map<string, RejectedRecord>()
  readonly priceVersions = new Map<string, string>()
  /** What happens to the next insert: refused, written but reported as failed, or left to go on until it is settled. */
  failInsert: 'refused' | 'written' | 'going on' | undefined
  private readonly goingOn = new Map<string, readonly LedgerEntry[]>()

  async loadKeys(from: number, to: number, onKey: (hour: number, key: Key) => void): Promise<void> {
    for (const entry of this.entries) {
      if (entry.requests < 1) continue
      const hour = hourOf(entry.at)
      if (hour >= from && hour <= to) for (const key of entry.identityKeys) onKey(hour, key)
    }
  }

  async findCharges(keys: readonly Key[], fromHour: number, toHour: number): Promise<LedgerEntry[]> {
    const window = identityDays * 24
    const found = new Map(this.holders(keys, fromHour, toHour).map((each) => [each.newest.identity, each]))
    for (const { requests, newest } of found.values()) {
      if (requests === 1) continue
      const hour = hourOf(newest.at)
      for (const each of this.holders(newest.identityKeys, hour - window, hour + window))
        if (!found.has(each.newest.identity)) found.set(each.newest.identity, each)
    }
    return [...found.values()].flatMap(({ requests, newest }) => (requests === 1 ? [newest] : []))
  }

  async insert(entries: readonly LedgerEntry[], insertId: string): Promise<void> {
    const fate = this.failInsert
    this.failInsert = undefined
    if (fate === 'going on') this.goingOn.set(insertId, entries)
    else if (fate !== 'refused') this.entries.push(...entries)
    if (fate)
      throw new SpanledgerError('STORE_UNAVAILABLE', `insert ${insertId}: ${fate}`, { retryable: true, hint: 'again' })
  }

  /** The insert that went on has had the time to succeed. */
  async settle(insertId?: string): Promise<void> {
    for (const [id, entries] of this.goingOn)
      if (insertId === undefined || id === insertId) {
        this.goingOn.delete(id)
        this.entries.push(...entries)
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

  async countCharges(): Promise<number> {
    return this.live().length
  }

  async insertRejected(records: readonly RejectedRecord[]): Promise<void> {
    for (const record of records)
      this.rejected.set(`${record.topic}/${record.partition}/${record.offset}/${record.recordIndex}`, record)
  }

  async recordPriceVersion(version: string, content: string): Promise<void> {
    this.priceVersions.set(version, content)
  }

  live(): LedgerEntry[] {
    return this.charges().flatMap(({ requests, newest }) => (requests === 1 ? [newest] : []))
  }

  private holders(keys: readonly Key[], fromHour: number, toHour: number): Charge[] {
    const wanted = new Set(keys)
    return this.charges().filter(
      ({ newest: { at, identityKeys } }) =>
        hourOf(at) >= fromHour && hourOf(at) <= toHour && identityKeys.some((key) => wanted.has(key)),
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

import type { TopicPartition } from '@spanledger/runtime/event-log/port'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { connect } from '../identity/connect.ts'
import { hourOf, type IdentityFilter } from '../identity/identity-filter.ts'
import { type Identified, identify, type Key } from '../identity/keys.ts'
import type { Observation } from '../observation.ts'
import type { LedgerStore } from '../ports.ts'
import type { Price } from './charge.ts'
import { Claims } from './claims.ts'
import { planCollision } from './collisions.ts'
import { findExisting } from './find-existing.ts'
import { OthersKeys } from './others-keys.ts'
import { type Plan, type PlanContext, planRequest } from './plan.ts'
import { recordedOf } from './recorded-of-entry.ts'

export interface LanderOptions {
  readonly store: LedgerStore
  readonly filter: IdentityFilter
  readonly price: Price
  readonly clock: () => number
  /** A new one for every insert; two inserts never share one. */
  readonly nextInsertId: () => string
  /** Told what the ledger holds now, once it does. */
  readonly inserted?: (entries: readonly LedgerEntry[]) => void
}

export interface Landed {
  readonly requests: number
  /** Further reports of a request: with `requests` and `merged`, every report that was given is counted once. */
  readonly known: number
  readonly merged: number
  readonly reversed: number
  readonly entries: number
}

/**
 * Turns observations into entries and writes them: each request once, however often and by whom it was reported.
 *
 * Batches run side by side as long as everything in them is new. What may be known already waits for the batches
 * before it, asks the ledger, and is corrected one batch at a time.
 */
export class Lander {
  private readonly options: LanderOptions
  private readonly underWay = new Set<Promise<unknown>>()
  private readonly unsettled = new Set<string>()
  private readonly others: OthersKeys
  private readonly claims = new Claims((partitions) => this.takeOver(partitions))
  private corrections: Promise<unknown> = Promise.resolve()

  constructor(options: LanderOptions) {
    this.options = options
    this.others = new OthersKeys(options)
  }

  /**
   * The log gave this ledger other partitions than before: whatever is landed from now on is of these, and waits until
   * nobody else, and nothing that was begun before, can write for them any more. No landing may be under way.
   */
  assign(partitions: readonly TopicPartition[]): void {
    this.claims.assign(partitions)
  }

  /** Resolves when everything is readable. May be called again with the same observations after it rejected. */
  async land(observations: readonly Observation[]): Promise<Landed> {
    if (observations.length === 0) return landedOf([], 0)
    return this.claims.owning(async () => {
      await this.others.readIn()
      const release = await this.options.filter.hold(
        new Set(observations.map(({ at }) => hourOf(at))),
        // What an insert of unknown outcome may yet write is known to the filter alone.
        () => this.unsettled.size === 0,
      )
      const before = [...this.underWay]
      const work = this.landHeld(observations.map(identify), before)
      this.underWay.add(work)
      try {
        return await work
      } finally {
        this.underWay.delete(work)
        release()
      }
    })
  }

  /**
   * Merges charges that hold the same key: what sources that met too late, or two processes, charged twice. Where the key
   * is a response id that was used twice, they are marked instead.
   */
  async reconcile(keys: readonly Key[], fromHour: number, toHour: number): Promise<Landed> {
    if (keys.length === 0) return landedOf([], 0)
    return this.alone(async () => {
      const existing = await this.options.store.findCharges(keys, fromHour, toHour)
      const plans = this.planAgainst(existing, [], true).filter((plan) => plan.entries.length > 0)
      await this.write(plans)
      return landedOf(plans, 0)
    })
  }

  /** Puts charges right that several ledgers wrote at the same moment; resolves with how many there were. */
  async repair(read: () => Promise<Iterable<readonly LedgerEntry[]>>): Promise<number> {
    return this.alone(async () => {
      const repaired = [...(await read())]
        .map((entries) => planCollision(entries, this.context()))
        .filter((entries) => entries.length > 0)
      await this.insert(repaired.flat())
      return repaired.length
    })
  }

  /** Writes corrections that follow from the ledger alone: nothing else is corrected between what `plan` reads and that. */
  async correct(plan: (context: PlanContext) => Promise<readonly LedgerEntry[]>): Promise<void> {
    await this.alone(async () => this.insert(await plan(this.context())))
  }

  private alone<T>(work: () => Promise<T>): Promise<T> {
    return this.claims.owning(() => this.exclusively([...this.underWay], work))
  }

  private async takeOver(partitions: readonly TopicPartition[]): Promise<void> {
    const { hasOthers } = await this.options.store.claim(partitions)
    // What was inserted with unknown outcome is over, by this claim or by those of who owns its partitions now.
    this.unsettled.clear()
    this.options.filter.clear()
    this.others.reset(hasOthers)
  }

  private async landHeld(fresh: readonly Identified[], before: readonly Promise<unknown>[]): Promise<Landed> {
    const { filter } = this.options
    const { components, alone, reused } = connect(fresh)
    const plans: Plan[] = []
    const suspects: Identified[] = []
    const context = this.context()
    const mayBeHeld = ({ keys, observation: { at } }: Identified) => keys.some((key) => filter.mayHold(key, hourOf(at)))
    for (const index of alone) {
      const only = fresh[index] as Identified
      if (mayBeHeld(only)) suspects.push(only)
      else plans.push(planRequest([], [only], isReused([only], reused), context))
    }
    for (const component of components) {
      const members = component.map((index) => fresh[index] as Identified)
      if (members.some(mayBeHeld)) for (const member of members) suspects.push(member)
      else plans.push(planRequest([], members, isReused(members, reused), context))
    }
    // From here on a later batch sees that these may be held: no await stands between asking and adding.
    for (const { keys, observation } of fresh) for (const key of keys) filter.add(key, hourOf(observation.at))

    if (suspects.length === 0) {
      await this.write(plans)
      return landedOf(plans, fresh.length)
    }
    return this.exclusively(before, async () => {
      const { related, unknown } = await findExisting(this.options.store, suspects)
      const all = plans.concat(this.planAgainst(related, unknown))
      await this.write(all)
      return landedOf(all, fresh.length)
    })
  }

  /** One at a time, after the batches that began before, and never beside an insert whose outcome is unknown. */
  private exclusively<T>(before: readonly Promise<unknown>[], work: () => Promise<T>): Promise<T> {
    const turn = this.corrections.then(async () => {
      await Promise.allSettled(before)
      for (const insertId of this.unsettled) {
        await this.options.store.settle(insertId)
        this.unsettled.delete(insertId)
      }
      return work()
    })
    this.corrections = turn.catch(() => {})
    return turn
  }

  private planAgainst(existing: readonly LedgerEntry[], fresh: readonly Identified[], marksReused = false): Plan[] {
    const members: Identified[] = []
    const together: number[][] = []
    const entryAt: (LedgerEntry | undefined)[] = []
    for (const entry of existing) {
      const recorded = recordedOf(entry)
      together.push(recorded.map((_, index) => members.length + index))
      const kept = new Set(recorded.flatMap(({ keys }) => keys))
      // A charge may hold keys of sources it no longer keeps apart: they stand with its first.
      const others = entry.identityKeys.filter((key) => !kept.has(key))
      for (const [index, each] of recorded.entries()) {
        members.push(index === 0 && others.length > 0 ? { ...each, keys: [...each.keys, ...others] } : each)
        entryAt.push(entry)
      }
    }
    for (const each of fresh) members.push(each)
    const { components, alone, reused } = connect(members, together)
    const context = { ...this.context(), marksReused }
    return [...components, ...alone.map((index) => [index])].map((component) => {
      const entries = new Set(component.flatMap((index) => entryAt[index] ?? []))
      const news = component.filter((index) => index >= entryAt.length).map((index) => members[index] as Identified)
      const judged = marksReused ? component.map((index) => members[index] as Identified) : news
      return planRequest([...entries], news, isReused(judged, reused), context)
    })
  }

  private context() {
    return { price: this.options.price, recordedAt: this.options.clock() }
  }

  /** Charges and replacements first: were the process to die in between, a duplicate is found again, a loss is not. */
  private async write(plans: readonly Plan[]): Promise<void> {
    const entries = plans.flatMap((plan) => plan.entries)
    const duplicates = plans.flatMap((plan) => plan.duplicates)
    const isOneMonth =
      duplicates.length > 0 && new Set([...entries, ...duplicates].map(({ at }) => monthOf(at))).size === 1
    await this.insert(isOneMonth ? entries.concat(duplicates) : entries)
    if (!isOneMonth) await this.insert(duplicates)
  }

  private async insert(entries: readonly LedgerEntry[]): Promise<void> {
    if (entries.length === 0) return
    const insertId = this.options.nextInsertId()
    try {
      await this.options.store.insert(entries, insertId)
    } catch (error) {
      // It may still be going on, and succeed: nobody asks what the ledger holds before that is settled.
      this.unsettled.add(insertId)
      throw error
    }
    this.options.inserted?.(entries)
  }
}

function isReused(members: readonly Identified[], reused: ReadonlySet<Key>): boolean {
  return reused.size > 0 && members.some(({ response }) => response !== undefined && reused.has(response))
}

function monthOf(at: number): string {
  return new Date(at).toISOString().slice(0, 7)
}

function landedOf(plans: readonly Plan[], reports: number): Landed {
  const count = (outcome: Plan['outcome']) => plans.filter((plan) => plan.outcome === outcome).length
  const requests = count('new')
  const merged = count('merged')
  return {
    requests,
    known: Math.max(0, reports - requests - merged),
    merged,
    reversed: plans.reduce((sum, plan) => sum + plan.duplicates.length, 0),
    entries: plans.reduce((sum, plan) => sum + plan.entries.length + plan.duplicates.length, 0),
  }
}

import type { TopicPartition } from '@spanledger/runtime/event-log/port'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { connect } from '../identity/connect.ts'
import { hourOf, type IdentityFilter } from '../identity/identity-filter.ts'
import { type Identified, identify, type Key } from '../identity/keys.ts'
import { type KnownBy } from '../identity/known-by.ts'
import type { Observation } from '../observation.ts'
import type { LedgerStore } from '../ports.ts'
import type { Price } from './charge.ts'
import { Claims } from './claims.ts'
import { planCollision } from './collisions.ts'
import { findExisting } from './find-existing.ts'
import { findKin } from './find-kin.ts'
import { suspectedTwins } from '../identity/partition.ts'
import { OthersKeys } from './others-keys.ts'
import { type Plan, type PlanContext, planNew } from './plan.ts'
import { isReused, planAgainst, planFresh } from './plan-against.ts'
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
  /** Reports that say nothing new: with `requests` and `merged`, every report that was given is counted once. */
  readonly known: number
  /** Reports that say more of a request that another one is charged for. */
  readonly merged: number
  /** By what each of `merged` was known to be of that request. */
  readonly twins: readonly KnownBy[]
  /** Charges that were taken back, for another stands for the request: by what that was known, one each. */
  readonly reversed: readonly KnownBy[]
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
      const charges = new Map<Key, LedgerEntry>()
      for (const entry of await this.options.store.findCharges(keys, fromHour, toHour))
        charges.set(entry.identity, entry)
      await findKin(
        this.options.store,
        charges,
        () => true,
        () => true,
      )
      const plans = planAgainst([...charges.values()], [], { ...this.context(), marksReused: true })
      await this.write(plans)
      return landedOf(plans, 0)
    })
  }

  /**
   * Merges and divides charges that share no key, by what else says whether they are one request (`partition`). Resolves
   * also with those that look like one and are not, for lack of proof.
   */
  async match(
    read: () => Promise<readonly LedgerEntry[]>,
  ): Promise<{ readonly landed: Landed; readonly suspected: readonly (readonly [Key, Key])[] }> {
    return this.alone(async () => {
      const charges = new Map((await read()).map((entry) => [entry.identity, entry]))
      await findKin(
        this.options.store,
        charges,
        () => true,
        () => true,
      )
      const plans = planAgainst([...charges.values()], [], this.context(), true)
      await this.write(plans)
      return { landed: landedOf(plans, 0), suspected: suspectedTwins([...charges.values()].flatMap(recordedOf)) }
    })
  }

  /** Puts charges right that several ledgers wrote at the same moment; resolves with what was written for each. */
  async repair(read: () => Promise<Iterable<readonly LedgerEntry[]>>): Promise<readonly (readonly LedgerEntry[])[]> {
    return this.alone(async () => {
      const repaired = [...(await read())]
        .map((entries) => planCollision(entries, this.context()))
        .filter((entries) => entries.length > 0)
      await this.insert(repaired.flat())
      return repaired
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
    const { components, alone, reused } = connect(fresh, [], true)
    const plans: Plan[] = []
    const suspects: Identified[] = []
    const context = this.context()
    for (const index of alone) {
      const only = fresh[index] as Identified
      if (filter.mayHoldAny(only)) suspects.push(only)
      else plans.push(planNew([only], isReused([only], reused), context))
    }
    for (const component of components) {
      const members = component.map((index) => fresh[index] as Identified)
      if (members.some((each) => filter.mayHoldAny(each))) for (const member of members) suspects.push(member)
      else for (const plan of planFresh(members, reused, context)) plans.push(plan)
    }
    // From here on a later batch sees that these may be held: no await stands between asking and adding.
    for (const each of fresh) filter.addAll(each)

    if (suspects.length === 0) {
      await this.write(plans)
      return landedOf(plans, fresh.length)
    }
    return this.exclusively(before, async () => {
      const { related, unknown } = await findExisting(this.options.store, suspects, (...at) => filter.mayHold(...at))
      const all = plans.concat(planAgainst(related, unknown, context))
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

  private context() {
    return { price: this.options.price, recordedAt: this.options.clock() }
  }

  /** What is charged first, and what is taken back last: were the process to die in between, a duplicate is found again. */
  private async write(plans: readonly Plan[]): Promise<void> {
    const steps = [
      plans.flatMap((plan) => plan.parted),
      plans.flatMap((plan) => plan.entries),
      plans.flatMap((plan) => plan.duplicates),
    ].filter((entries) => entries.length > 0)
    const isOneMonth = steps.length > 1 && new Set(steps.flat().map(({ at }) => monthOf(at))).size === 1
    for (const entries of isOneMonth ? [steps.flat()] : steps) await this.insert(entries)
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

function monthOf(at: number): string {
  return new Date(at).toISOString().slice(0, 7)
}

function landedOf(plans: readonly Plan[], reports: number): Landed {
  const requests = plans.reduce((sum, plan) => sum + plan.requests, 0)
  const twins = plans.flatMap((plan) => plan.twins)
  return {
    requests,
    known: Math.max(0, reports - requests - twins.length),
    merged: twins.length,
    twins,
    reversed: plans.flatMap((plan) => plan.takenBack),
    entries: plans.reduce(
      (sum, { parted, entries, duplicates }) => sum + parted.length + entries.length + duplicates.length,
      0,
    ),
  }
}

import { setImmediate as turn } from 'node:timers/promises'
import type { TopicPartition } from '@spanledger/runtime/event-log/port'
import { planCollision } from '../landing/collisions.ts'
import type { Lander } from '../landing/lander.ts'
import type { Observation } from '../observation.ts'
import { ledgerOn } from './lander-on.ts'
import { MemoryLedgerStore } from './memory-ledger-store.ts'
import { somePrice, someTime } from './observations.ts'

const topic = 'otlp_spans'

interface Member {
  readonly lander: Lander
  readonly store: MemoryLedgerStore
  readonly audit: () => Promise<number>
  /** Of the group when it last heard of it. */
  epoch: number
  owned: TopicPartition[]
  readonly positions: Map<number, number>
  isPaused: boolean
  isDead: boolean
}

export interface LedgerGroupOptions {
  /** The log: what each partition holds, in order. */
  readonly partitions: readonly (readonly Observation[])[]
  /** 0 to 63. */
  readonly roll: () => number
  /** Leaders sweep while the others work. */
  readonly audited: boolean
}

/**
 * Ledgers on one store that share a log as the members of a consumer group do: they are told of a new assignment when they
 * next look, work on as before until then, and commit only what is still theirs. They pause and die at any moment, with
 * inserts under way or on the wire, which may arrive much later.
 */
export function createLedgerGroup({ partitions, roll, audited }: LedgerGroupOptions) {
  const store = new MemoryLedgerStore()
  const members: Member[] = []
  const committed = partitions.map(() => 0)
  const assignment = new Map<Member, number[]>()
  let epoch = 0
  let names = 0
  let isOver = false

  function join(): Member {
    const gate = async () => {
      for (let turns = roll() % 4; turns > 0; turns--) await turn()
      while (member.isPaused) await turn()
    }
    const own = new MemoryLedgerStore({ of: store, instance: `ledger-${names++}`, gate })
    const { lander, auditor } = ledgerOn(own)
    const member: Member = {
      lander,
      store: own,
      audit: () => auditor.step(),
      epoch: 0,
      owned: [],
      positions: new Map(),
      isPaused: false,
      isDead: false,
    }
    members.push(member)
    return member
  }

  /** The group goes on without those that do not answer. */
  function rebalance(): void {
    epoch++
    const alive = members.filter((member) => !member.isDead && !member.isPaused)
    assignment.clear()
    for (const [index] of partitions.entries()) {
      const owner = alive[(index + epoch) % alive.length]
      if (owner) assignment.set(owner, [...(assignment.get(owner) ?? []), index])
    }
  }

  function hear(member: Member): void {
    member.epoch = epoch
    member.owned = (assignment.get(member) ?? []).map((partition) => ({ topic, partition }))
    member.lander.assign(member.owned)
    member.positions.clear()
    for (const { partition } of member.owned) member.positions.set(partition, committed[partition] as number)
  }

  function take(member: Member): { batch: Observation[]; to: Map<number, number> } {
    const batch: Observation[] = []
    const to = new Map(member.positions)
    for (const { partition } of member.owned) {
      const from = member.positions.get(partition) as number
      const taken = (partitions[partition] ?? []).slice(from, from + 1 + (roll() % 3))
      batch.push(...taken)
      to.set(partition, from + taken.length)
    }
    return { batch, to }
  }

  async function work(member: Member): Promise<void> {
    while (!isOver && !member.isDead) {
      await turn()
      if (member.isPaused) continue
      if (member.epoch !== epoch) hear(member)
      if (audited && member.owned.some(({ partition }) => partition === 0) && roll() < 8)
        await member.audit().catch(ignoreRetryable)
      const { batch, to } = take(member)
      if (batch.length === 0) continue
      try {
        await member.lander.land(batch)
      } catch (error) {
        ignoreRetryable(error)
        continue
      }
      if (member.epoch !== epoch || member.isDead) continue
      for (const [partition, offset] of to) {
        member.positions.set(partition, offset)
        committed[partition] = Math.max(committed[partition] as number, offset)
      }
    }
  }

  function disturb(working: Promise<void>[]): void {
    const member = members[roll() % members.length] as Member
    const event = roll() % 8
    if (event === 0) member.isPaused = true
    if (event === 1) for (const each of members) each.isPaused = false
    if (event === 2) member.store.failInsert = 'on its way'
    if (event === 3) member.store.failInsert = 'going on'
    if (event === 4) member.store.failInsert = roll() < 32 ? 'refused' : 'written'
    if (event === 5) member.isDead = true
    if (event === 6) store.arrive()
    if (event === 5 || members.every((each) => each.isDead) || (event === 7 && members.length < 6))
      working.push(work(join()))
    rebalance()
  }

  return {
    store,
    /** Resolves when everything in the log is committed and nothing is on its way any more. */
    async run(): Promise<void> {
      const working = [work(join()), work(join())]
      rebalance()
      for (let event = 0; event < 12; event++) {
        for (let turns = roll() % 16; turns > 0; turns--) await turn()
        disturb(working)
      }
      for (const member of members) member.isPaused = false
      if (members.every((member) => member.isDead)) working.push(work(join()))
      rebalance()
      while (partitions.some(({ length }, index) => (committed[index] as number) < length)) await turn()
      isOver = true
      await Promise.all(working)
      store.arrive()
      await store.settle()
    },
    /** Sweeps until there is nothing left to do. */
    async audit(): Promise<void> {
      const { auditor } = ledgerOn(store)
      const isSound = async () =>
        [...(await store.findCollided()).values()].every(
          (entries) => planCollision(entries, { price: somePrice, recordedAt: someTime }).length === 0,
        )
      for (let step = 0; step < 20; step++) {
        const entries = store.entries.length
        if ((await auditor.step()) === 0 && entries === store.entries.length && (await isSound())) return
      }
      throw new Error('the auditor finds no end')
    },
  }
}

function ignoreRetryable(error: unknown): void {
  if (!(error as { retryable?: boolean }).retryable) throw error
}

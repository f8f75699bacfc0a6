import { identify } from '../identity/keys.ts'
import { planAgainst } from '../landing/plan-against.ts'
import type { Observation } from '../observation.ts'
import { ledgerOn } from './lander-on.ts'
import { MemoryLedgerStore } from './memory-ledger-store.ts'
import { somePrice, someTime } from './observations.ts'
import { sums } from './sums.ts'

/** What the partition alone says of the set of reports: nobody has landed anything. */
export async function pureSums(observations: readonly Observation[]): Promise<Record<string, string>> {
  const store = new MemoryLedgerStore()
  const plans = planAgainst([], observations.map(identify), { price: somePrice, recordedAt: someTime }, true)
  await store.insert(
    plans.flatMap(({ entries }) => entries),
    'all',
  )
  return sums(store)
}

export interface HistoryOptions {
  /** 0 to 7. */
  readonly roll: () => number
  /** The auditor steps in between. */
  readonly audited: boolean
  /** Of reports that are landed at once, about. */
  readonly batch?: number
}

/** Lands the reports in random batches and random order, some repeated, with failures and restarts in between. */
export async function landAnyhow(
  store: MemoryLedgerStore,
  observations: readonly Observation[],
  { roll, audited, batch = 2 }: HistoryOptions,
): Promise<void> {
  let { lander, auditor } = ledgerOn(store)
  const repeated = [...observations, ...observations.filter(() => roll() < 3)]
  const order = repeated.map((each) => [roll() * 8 + roll(), each] as const).toSorted(([a], [b]) => a - b)
  for (let rest = order.map(([, each]) => ({ ...each, receivedAt: each.receivedAt + roll() })); rest.length > 0; ) {
    const some = rest.slice(0, 1 + (roll() % (2 * batch - 1)))
    rest = rest.slice(some.length)
    const fate = roll()
    if (fate === 0) store.failInsert = 'refused'
    if (fate === 1) store.failInsert = 'written'
    if (fate === 2) store.failInsert = 'going on'
    await lander.land(some).catch(() => lander.land(some))
    store.failInsert = undefined
    if (roll() === 0) {
      await store.settle()
      ;({ lander, auditor } = ledgerOn(store))
    }
    if (audited && roll() < 2) await auditor.step()
  }
  await store.settle()
}

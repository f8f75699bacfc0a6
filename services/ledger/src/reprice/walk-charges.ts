import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import type { Key } from '../identity/keys.ts'
import type { ChargesWanted } from './charges-wanted.ts'
import type { HourCount, RepriceReader } from './ports.ts'

/** Held in memory at once: some 40 MB. With fewer, ClickHouse reads the same granules more often. */
const chargesAtOnce = 10_000
const hoursAtOnce = 24 * 7

/** Reads some charges; whoever is to change them reads and writes with nobody else changing anything in between. */
export type ReadSome = () => Promise<readonly LedgerEntry[]>

/**
 * Visits all wanted charges, some at a time, by hours of event time and in these by identity. What a visit writes of the
 * charges it read keeps hour and identity, so the walk neither misses a charge nor comes back to it. Ends early when `visit` resolves to false.
 */
export async function walkCharges(
  reader: RepriceReader,
  wanted: ChargesWanted,
  visit: (read: ReadSome) => Promise<boolean>,
  limit = chargesAtOnce,
): Promise<void> {
  for (const { fromHour, toHour } of runsOf(await reader.countByHour(wanted), limit)) {
    let after: Key | undefined
    do {
      let next: Key | undefined
      const goesOn = await visit(async () => {
        const page = await reader.readLive(wanted, { fromHour, toHour, after, limit })
        next = page.next
        return page.entries
      })
      if (!goesOn) return
      after = next
    } while (after !== undefined)
  }
}

/** Hours that are read together: as many as hold no more than `limit` charges, and at least one. */
function runsOf(hours: readonly HourCount[], limit: number): { fromHour: number; toHour: number }[] {
  const runs: { fromHour: number; toHour: number; charges: number }[] = []
  for (const { hour, charges } of hours) {
    const last = runs.at(-1)
    if (last && last.charges + charges <= limit && hour - last.fromHour < hoursAtOnce) {
      last.toHour = hour
      last.charges += charges
    } else runs.push({ fromHour: hour, toHour: hour, charges })
  }
  return runs
}

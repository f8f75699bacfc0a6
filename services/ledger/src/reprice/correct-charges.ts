import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import type { Lander } from '../landing/lander.ts'
import type { ChargesWanted } from './charges-wanted.ts'
import type { RepriceProgress, RepriceReader } from './ports.ts'
import { repriceCharge } from './reprice-charge.ts'
import { walkCharges } from './walk-charges.ts'

export interface CorrectOptions {
  readonly reader: RepriceReader
  readonly lander: Lander
  readonly wanted: ChargesWanted
  /** After some charges: what was done so far. It ends there when this resolves to false. */
  readonly goesOn: (progress: RepriceProgress) => Promise<boolean>
}

/**
 * Writes the corrections that the prices of now ask for, some at a time. Each time the charges are read where nothing else
 * can be corrected until their pairs are written, so a twin that comes meanwhile finds the charge before or after, never between.
 */
export async function correctCharges({ reader, lander, wanted, goesOn }: CorrectOptions): Promise<RepriceProgress> {
  const done = { charges: 0, corrected: 0, delta: 0n }
  await walkCharges(reader, wanted, async (read) => {
    const some = { charges: 0, corrected: 0, delta: 0n }
    await lander.correct(async (context) => {
      const entries = await read()
      const pairs: LedgerEntry[] = []
      for (const entry of entries) {
        const pair = repriceCharge(entry, context)
        if (!pair) continue
        pairs.push(pair.reversal, pair.replacement)
        some.corrected++
        some.delta += pair.replacement.cost + pair.reversal.cost
      }
      some.charges = entries.length
      return pairs
    })
    done.charges += some.charges
    done.corrected += some.corrected
    done.delta += some.delta
    return goesOn({ ...done })
  })
  return done
}

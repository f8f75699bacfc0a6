import type { Price } from '../landing/charge.ts'
import type { ChargesWanted } from './charges-wanted.ts'
import type { RepriceReader } from './ports.ts'
import { repriceCharge } from './reprice-charge.ts'
import { createRepriceReport, type RepriceReport } from './reprice-report.ts'
import { walkCharges } from './walk-charges.ts'

export interface PreviewOptions {
  readonly reader: RepriceReader
  readonly price: Price
  readonly wanted: ChargesWanted
  /** Names the reporting day of a time (milliseconds since the epoch). */
  readonly dayOf: (at: number) => string
  /** Told how many charges were looked at so far. */
  readonly progress?: (charges: number) => void
  readonly signal?: AbortSignal
}

/** What pricing these charges anew would change; writes nothing. Rejects with the signal's reason when it aborts. */
export async function previewReprice(options: PreviewOptions): Promise<RepriceReport> {
  const { reader, price, wanted, dayOf, progress, signal } = options
  const { report, add } = createRepriceReport(dayOf)
  await walkCharges(reader, wanted, async (read) => {
    signal?.throwIfAborted()
    for (const entry of await read()) add(entry, repriceCharge(entry, { price, recordedAt: 0 })?.replacement)
    progress?.(report.total.charges)
    return true
  })
  return report
}

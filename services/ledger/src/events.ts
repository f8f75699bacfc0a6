import type { Logger } from '@spanledger/runtime/logger'
import type { Metrics } from '@spanledger/runtime/metrics'
import type { Landed } from './landing/lander.ts'
import type { RejectedRecord } from './ports.ts'

/** What the ledger reports, each thing once and in one place. */
export interface LedgerEvents {
  landed(result: Landed): void
  rejected(records: readonly RejectedRecord[]): void
  dropped(reason: string, count: number): void
}

export function createLedgerEvents(logger: Logger, metrics: Metrics): LedgerEvents {
  const charges = metrics.counter('spanledger_charges_total', 'Requests charged for the first time')
  const duplicates = metrics.counter(
    'spanledger_duplicates_total',
    'Further reports of a request, in one batch or later',
  )
  const twins = metrics.counter(
    'spanledger_twins_merged_total',
    'Reports by another source of a request that is charged, by what they were known as its own',
    ['by'],
  )
  const reversals = metrics.counter('spanledger_duplicate_charges_reversed_total', 'Charges of one request found late')
  const entries = metrics.counter('spanledger_ledger_entries_total', 'Entries written to the ledger')
  const rejected = metrics.counter('spanledger_records_rejected_total', 'Records kept as dead letters', ['code'])
  const dropped = metrics.counter('spanledger_records_dropped_total', 'Records that are no request', ['reason'])
  return {
    landed(result) {
      charges.inc(result.requests)
      duplicates.inc(result.known)
      for (const by of result.twins) twins.inc({ by })
      reversals.inc(result.reversed.length)
      entries.inc(result.entries)
      logger.debug(result, 'landed a batch')
    },
    rejected(records) {
      for (const { code } of records) rejected.inc({ code })
      const [first] = records
      if (first)
        logger.warn(
          { code: first.code, topic: first.topic, offset: first.offset },
          `${records.length} records rejected`,
        )
    },
    dropped: (reason, count) => dropped.inc({ reason }, count),
  }
}

import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import { attoFromDecimal, decimalFromAtto } from '@spanledger/schemas/money'
import type { ChargesWanted } from '../reprice/charges-wanted.ts'
import type { JobState, JobStatus, RepriceJob, RepriceJobs } from '../reprice/ports.ts'

/** A job is over with its first final row, whoever still reports on it. */
const isOpen = "countIf(state IN ('done', 'failed', 'cancelled')) = 0"
/** Older ones were given up with the ledger that had them. */
const keptDays = 7

export function createClickHouseRepriceJobs(clickhouse: ClickHouse): RepriceJobs {
  async function write({ id, wanted, priceVersion }: RepriceJob, status: JobStatus): Promise<void> {
    const { state, charges, corrected, delta, message } = status
    await clickhouse.insertRows('reprice_jobs', [
      {
        job_id: id,
        state,
        wanted: JSON.stringify(wanted),
        price_version: priceVersion,
        charges: String(charges),
        corrected: String(corrected),
        delta: decimalFromAtto(delta),
        message,
      },
    ])
  }

  return {
    ask: (job) => write(job, { state: 'asked', charges: 0, corrected: 0, delta: 0n, message: '' }),
    report: write,

    async next() {
      const [row] = await clickhouse.query<{ id: string; asked: string; version: string }>(
        `SELECT toString(job_id) AS id, any(wanted) AS asked, any(price_version) AS version
         FROM reprice_jobs WHERE recorded_at > now() - toIntervalDay({keptDays:UInt32})
         GROUP BY job_id HAVING ${isOpen} ORDER BY min(recorded_at) LIMIT 1`,
        { keptDays },
      )
      return row && { id: row.id, wanted: JSON.parse(row.asked) as ChargesWanted, priceVersion: row.version }
    },

    async status(id) {
      const [row] = await clickhouse.query<Record<'newest' | 'seen' | 'corrections' | 'difference' | 'said', string>>(
        `SELECT argMax(state, (state IN ('done', 'failed', 'cancelled'), recorded_at, charges)) AS newest,
           toString(max(charges)) AS seen, toString(max(corrected)) AS corrections,
           toString(argMax(delta, (recorded_at, charges))) AS difference,
           argMax(message, (message != '', recorded_at)) AS said
         FROM reprice_jobs WHERE job_id = {id:UUID} GROUP BY job_id`,
        { id },
      )
      return (
        row && {
          state: row.newest as JobState,
          charges: Number(row.seen),
          corrected: Number(row.corrections),
          delta: attoFromDecimal(row.difference),
          message: row.said,
        }
      )
    },
  }
}

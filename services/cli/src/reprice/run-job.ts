import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JobStatus, RepriceJob, RepriceJobs } from '@spanledger/ledger/reprice/ports'
import { SpanledgerError } from '@spanledger/runtime/errors'

export interface RunJobOptions {
  readonly jobs: RepriceJobs
  readonly job: Omit<RepriceJob, 'id'>
  readonly progress: (charges: number) => void
  readonly signal: AbortSignal
  /** How long a ledger may take to begin; default 20 s. */
  readonly takenWithinMs?: number
}

const pollMs = 250

/** Asks the ledger to write the corrections, and waits until they are written. Throws when it did not, or not all. */
export async function runJob(options: RunJobOptions): Promise<JobStatus> {
  const { jobs, progress, signal, takenWithinMs = 20_000 } = options
  const job: RepriceJob = { ...options.job, id: randomUUID() }
  await jobs.ask(job)
  const askedMs = performance.now()
  for (;;) {
    const status = await jobs.status(job.id)
    if (status?.state === 'done') return status
    if (status?.state === 'failed') throw failed(status)
    if (signal.aborted) throw await cancel(jobs, job, status, 'it was interrupted')
    if (status?.state === 'running') progress(status.charges)
    else if (performance.now() - askedMs > takenWithinMs)
      throw await cancel(jobs, job, status, `no ledger took the work within ${takenWithinMs / 1000} s`)
    await sleep(pollMs, undefined, { signal }).catch(() => undefined)
  }
}

async function cancel(
  jobs: RepriceJobs,
  job: RepriceJob,
  status: JobStatus | undefined,
  why: string,
): Promise<SpanledgerError> {
  const { charges = 0, corrected = 0, delta = 0n } = status ?? {}
  await jobs.report(job, { state: 'cancelled', charges, corrected, delta, message: why })
  return new SpanledgerError('REPRICE_CANCELLED', `${why}: ${corrected} charges were corrected by then`, {
    retryable: true,
    hint: 'what was corrected is right; run it again to correct the rest (`spanledger doctor` says whether a ledger runs)',
  })
}

function failed({ message, corrected }: JobStatus): SpanledgerError {
  return new SpanledgerError('REPRICE_FAILED', `${message}; ${corrected} charges were corrected`, {
    retryable: true,
    hint: 'run it again: it previews with the prices of now',
  })
}

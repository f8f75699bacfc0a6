import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import type { Key } from '../identity/keys.ts'
import type { ChargesWanted } from './charges-wanted.ts'

export interface HourCount {
  /** Hours since the epoch. */
  readonly hour: number
  readonly charges: number
}

/** Charges of these hours (inclusive), what comes after a key, and no more than so many. */
export interface PageWanted {
  readonly fromHour: number
  readonly toHour: number
  readonly after?: Key | undefined
  readonly limit: number
}

export interface Page {
  readonly entries: readonly LedgerEntry[]
  /** What the next page comes after; undefined: this is the last one. */
  readonly next: Key | undefined
}

/** Where the charges that are to be priced anew are read. All methods reject with a `SpanledgerError`. */
export interface RepriceReader {
  /** At least as many as there are, by hour of event time, in order; hours without any are left out. */
  countByHour(wanted: ChargesWanted): Promise<HourCount[]>
  /** The live entries of the charges, in the order of their identities. */
  readLive(wanted: ChargesWanted, page: PageWanted): Promise<Page>
}

export interface RepriceProgress {
  readonly charges: number
  readonly corrected: number
  /** Atto-USD, after less before. */
  readonly delta: bigint
}

export interface RepriceJob {
  readonly id: string
  readonly wanted: ChargesWanted
  /** The prices that were previewed. */
  readonly priceVersion: string
}

export type JobState = 'asked' | 'running' | 'done' | 'failed' | 'cancelled'

export interface JobStatus extends RepriceProgress {
  readonly state: JobState
  readonly message: string
}

/** What ledgers are asked to price anew. All methods reject with a `SpanledgerError`. */
export interface RepriceJobs {
  ask(job: RepriceJob): Promise<void>
  /** The oldest that is neither done, failed nor cancelled. */
  next(): Promise<RepriceJob | undefined>
  report(job: RepriceJob, status: JobStatus): Promise<void>
  status(id: string): Promise<JobStatus | undefined>
}

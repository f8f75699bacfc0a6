import type { IdentityFilter } from '../identity/identity-filter.ts'
import type { LedgerStore } from '../ports.ts'

/** How often, at most, it is asked what others recorded. */
const everyMs = 1_000
/**
 * How long after its stamp an entry may become readable, and how far two clocks may differ, for it to be read in. What
 * takes longer, and what two ledgers write at the same moment, is the auditor's work.
 */
const marginMs = 5_000

export interface OthersKeysOptions {
  readonly store: Pick<LedgerStore, 'loadOthersKeys'>
  readonly filter: IdentityFilter
  readonly clock: () => number
}

/** Adds to a filter what other ledgers recorded since it read its hours. */
export class OthersKeys {
  private readonly options: OthersKeysOptions
  private since: number | undefined
  private reading: Promise<void> = Promise.resolve()

  constructor(options: OthersKeysOptions) {
    this.options = options
  }

  /** The filter starts anew, beside others or alone. */
  reset(hasOthers: boolean): void {
    this.since = hasOthers ? this.options.clock() : undefined
  }

  /** Resolves when the filter holds what others recorded until a moment ago. */
  readIn(): Promise<void> {
    this.reading = this.reading.catch(() => {}).then(() => this.readNew())
    return this.reading
  }

  private async readNew(): Promise<void> {
    const { store, filter, clock } = this.options
    const now = clock()
    if (this.since === undefined || now - this.since < everyMs) return
    await store.loadOthersKeys(this.since - marginMs, (hour, key) => filter.add(key, hour))
    if (this.since !== undefined) this.since = now
  }
}

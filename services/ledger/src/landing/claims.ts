import { SpanledgerError } from '@spanledger/runtime/errors'
import type { TopicPartition } from '@spanledger/runtime/event-log/port'

/**
 * The right to write for the partitions that the log assigned: taken before the first work after an assignment, and
 * anew when somebody else took it. Work that began under one claim ends before the next is made.
 */
export class Claims {
  private readonly take: (partitions: readonly TopicPartition[]) => Promise<void>
  private assigned: readonly TopicPartition[] | undefined
  private taking: Promise<void> | undefined
  /** What works under the present claim. */
  private readonly working = new Set<Promise<unknown>>()

  constructor(take: (partitions: readonly TopicPartition[]) => Promise<void>) {
    this.take = take
  }

  /** Without it nothing is claimed, and nobody is kept from writing. */
  assign(partitions: readonly TopicPartition[]): void {
    this.assigned = partitions
    this.taking = undefined
  }

  /** Begins the work under a claim that stands until the work has ended. */
  async owning<T>(begin: () => Promise<T>): Promise<T> {
    let claim: Promise<void> | undefined
    do await (claim = this.claim())
    while (claim !== this.taking)
    const work = begin()
    this.working.add(work)
    try {
      return await work
    } catch (error) {
      // Somebody claimed these partitions later. If they are still ours, the next try claims them back.
      if (isRefused(error) && claim === this.taking) this.taking = undefined
      throw error
    } finally {
      this.working.delete(work)
    }
  }

  private claim(): Promise<void> | undefined {
    const { assigned } = this
    if (assigned === undefined) return undefined
    const taking = (this.taking ??= this.takeAfterWork(assigned).catch((error: unknown) => {
      if (this.taking === taking) this.taking = undefined
      throw error
    }))
    return taking
  }

  private async takeAfterWork(partitions: readonly TopicPartition[]): Promise<void> {
    await Promise.allSettled(this.working)
    await this.take(partitions)
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof SpanledgerError && error.code === 'INSERT_REFUSED'
}

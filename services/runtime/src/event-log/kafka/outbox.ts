import { type Clock, sleep } from '../../clock.ts'
import { tooMuchInFlight } from './kafka-errors.ts'
import type { RoutedRecord } from './waves.ts'

interface Waiting {
  readonly records: readonly RoutedRecord[]
  readonly bytes: number
  resolve(): void
  reject(error: unknown): void
}

export interface OutboxOptions {
  readonly clock: Clock
  /** How long the first of a batch waits for others. */
  readonly lingerMs: number
  /** What goes together at most; one call that is larger goes alone. */
  readonly maxBatchBytes: number
  /** Of everything that waits or is under way: more is refused with LOG_FULL. */
  readonly maxWaitingBytes: number
  /** Makes records durable, all of them or an error. Called once at a time. */
  send(records: readonly RoutedRecord[]): Promise<void>
  /** Whether an error is about the records of one call, so that each is tried alone to find whose. */
  isAboutRecords(error: unknown): boolean
}

/**
 * Many calls, few batches: what comes within the linger, or while a batch is under way, goes together in the next. A
 * batch that fails takes those that wait with it: they would meet the same, much later.
 */
export class Outbox {
  readonly #options: OutboxOptions
  #waiting: Waiting[] = []
  #bytes = 0
  #underWay: Promise<void> | undefined

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  /** Of everything that waits or is under way. */
  get bytes(): number {
    return this.#bytes
  }

  /** Resolves when the records are durable, all of them. */
  write(records: readonly RoutedRecord[]): Promise<void> {
    const bytes = records.reduce((sum, routed) => sum + routed.bytes, 0)
    if (this.#bytes > 0 && this.#bytes + bytes > this.#options.maxWaitingBytes) {
      return Promise.reject(tooMuchInFlight(this.#bytes))
    }
    this.#bytes += bytes
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, bytes, resolve, reject })
      this.#underWay ??= this.#run()
    })
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#underWay !== undefined) await this.#underWay
  }

  async #run(): Promise<void> {
    const { clock, lingerMs } = this.#options
    await sleep(clock, lingerMs)
    while (this.#waiting.length > 0) await this.#sendBatch(this.#take())
    this.#underWay = undefined
  }

  #take(): Waiting[] {
    let bytes = 0
    const end = this.#waiting.findIndex((call) => (bytes += call.bytes) > this.#options.maxBatchBytes)
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : Math.max(1, end))
  }

  async #sendBatch(batch: readonly Waiting[]): Promise<void> {
    const { send, isAboutRecords } = this.#options
    try {
      await send(batch.flatMap(({ records }) => records))
      this.#settle(batch, (call) => call.resolve())
    } catch (error) {
      if (batch.length > 1 && isAboutRecords(error)) {
        for (const call of batch) await this.#sendBatch([call])
        return
      }
      const failed = isAboutRecords(error) ? batch : [...batch, ...this.#waiting.splice(0)]
      this.#settle(failed, (call) => call.reject(error))
    }
  }

  #settle(calls: readonly Waiting[], settle: (call: Waiting) => void): void {
    for (const call of calls) {
      this.#bytes -= call.bytes
      settle(call)
    }
  }
}

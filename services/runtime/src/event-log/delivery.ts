import { createBackoff } from '../backoff.ts'
import { type Clock, sleep } from '../clock.ts'
import type { Logger } from '../logger.ts'
import { Signal } from '../signal.ts'
import type { LogEntry, Position, SubscribeOptions, TopicPartition } from './port.ts'

export interface DeliveryOptions {
  /** Where each partition starts. */
  readonly from: readonly Position[]
  /** The next entries at or after `offset`, none when the end is reached. */
  read(partition: TopicPartition, offset: number): readonly LogEntry[]
  readonly onEntries: SubscribeOptions['onEntries']
  readonly clock: Clock
  readonly logger: Logger
}

const backoffMs = createBackoff({ firstMs: 50, maxMs: 5_000 })

/**
 * Hands a local log's entries to a handler, partition by partition, each in order and one call at a time.
 * A handler that rejects gets the same entries again after a pause.
 */
export class Delivery {
  readonly #options: DeliveryOptions
  readonly #appended = new Signal()
  readonly #stopping = new AbortController()
  readonly #loops: Promise<unknown>

  constructor(options: DeliveryOptions) {
    this.#options = options
    this.#loops = Promise.all(options.from.map((position) => this.#deliver(position)))
  }

  /** Something may be there to read. */
  wake(): void {
    this.#appended.notify()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#appended.notify()
    await this.#loops
  }

  async #deliver(from: Position): Promise<void> {
    const { read, onEntries, clock, logger } = this.#options
    let { offset } = from
    let attempt = 0
    // The first entries come after the subscriber has got its subscription.
    await nextTurn()
    while (!this.#stopping.signal.aborted) {
      try {
        const entries = read(from, offset)
        const last = entries.at(-1)
        if (last === undefined) {
          await this.#appended.next()
          continue
        }
        await onEntries(entries)
        offset = last.offset + 1
        attempt = 0
        // A handler that never waits must not keep everything else from running.
        await nextTurn()
      } catch (error) {
        attempt += 1
        logger.warn({ err: error, topic: from.topic, partition: from.partition, attempt }, 'delivering again')
        await sleep(clock, backoffMs(attempt), this.#stopping.signal)
      }
    }
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

import type { Clock } from '../clock.ts'
import type { LogEntry } from '../event-log/port.ts'

export interface BatchOptions {
  /** A batch is full at either; one entry larger than `maxBytes` is a batch of its own. */
  readonly maxEntries: number
  readonly maxBytes: number
  /** How long the first entry of a batch waits for others. */
  readonly lingerMs: number
  /** How many batches may be handled at the same time. */
  readonly inFlight: number
}

/** What an entry weighs in memory, roughly: its bytes and what the objects around them take. */
export function entryBytes(entry: LogEntry): number {
  return entry.value.byteLength + entry.key.length + 150
}

/**
 * Gathers entries into batches, in order of arrival. A batch is closed when it is full or has lingered; `onReady` is
 * called then, and `take` hands out the closed ones.
 */
export class Batcher {
  readonly #options: BatchOptions
  readonly #clock: Clock
  readonly #onReady: () => void
  #closed: LogEntry[][] = []
  #open: LogEntry[] = []
  #openBytes = 0
  #cancelLinger: (() => void) | undefined

  constructor(options: BatchOptions, clock: Clock, onReady: () => void) {
    this.#options = options
    this.#clock = clock
    this.#onReady = onReady
  }

  /** True while a closed batch waits to be taken: what comes more waits in the log. */
  get full(): boolean {
    return this.#closed.length > 0
  }

  add(entries: readonly LogEntry[]): void {
    const { maxEntries, maxBytes, lingerMs } = this.#options
    for (const entry of entries) {
      const bytes = entryBytes(entry)
      if (this.#openBytes + bytes > maxBytes) this.#close()
      this.#open.push(entry)
      this.#openBytes += bytes
      if (this.#open.length >= maxEntries || this.#openBytes >= maxBytes) this.#close()
    }
    if (this.#open.length > 0) {
      this.#cancelLinger ??= this.#clock.after(lingerMs, () => {
        this.#close()
        this.#onReady()
      })
    }
    if (this.full) this.#onReady()
  }

  take(): LogEntry[] | undefined {
    return this.#closed.shift()
  }

  /** Forgets what was not taken. */
  clear(): void {
    this.#closed = []
    this.#startNext()
  }

  #close(): void {
    if (this.#open.length > 0) this.#closed.push(this.#open)
    this.#startNext()
  }

  #startNext(): void {
    this.#open = []
    this.#openBytes = 0
    this.#cancelLinger?.()
    this.#cancelLinger = undefined
  }
}

import { SpanledgerError } from '../../errors.ts'

interface Waiting<T> {
  readonly item: T
  resolve(): void
  reject(error: unknown): void
}

/**
 * Many small writes, few transactions: what comes while one is under way goes together in the next.
 *
 * `commit` makes a batch durable and answers for each item whether it was refused; when it throws, nothing of the batch
 * was written.
 */
export class GroupCommit<T> {
  readonly #commit: (items: readonly T[]) => Promise<readonly (SpanledgerError | undefined)[]>
  readonly #maxItems: number
  #waiting: Waiting<T>[] = []
  #underWay: Promise<void> | undefined

  constructor(
    commit: (items: readonly T[]) => Promise<readonly (SpanledgerError | undefined)[]>,
    { maxItems }: { readonly maxItems: number },
  ) {
    this.#commit = commit
    this.#maxItems = maxItems
  }

  /** Resolves when the item is durable. */
  write(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      this.#underWay ??= this.#run()
    })
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#underWay !== undefined) await this.#underWay
  }

  async #run(): Promise<void> {
    // What comes in the same turn of the event loop goes together.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) await this.#commitSome(this.#waiting.splice(0, this.#maxItems))
    this.#underWay = undefined
  }

  async #commitSome(batch: readonly Waiting<T>[]): Promise<void> {
    try {
      const refusals = await this.#commit(batch.map(({ item }) => item))
      for (const [index, { resolve, reject }] of batch.entries()) {
        const refusal = refusals[index]
        if (refusal === undefined) resolve()
        else reject(refusal)
      }
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
}

/** A provider's prefix cache: least recently used blocks leave first. Bounded by `capacity` blocks. */
export class PrefixCache {
  readonly #capacity: number
  readonly #blocks = new Map<string, true>()

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** How many leading blocks of a prompt are held; afterwards all of them are, as the most recently used. */
  take(model: string, blocks: readonly number[]): number {
    let hits = 0
    while (hits < blocks.length && this.#blocks.has(`${model}/${blocks[hits]}`)) hits++
    for (const block of blocks) {
      const key = `${model}/${block}`
      this.#blocks.delete(key)
      this.#blocks.set(key, true)
    }
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= this.#capacity) break
      this.#blocks.delete(oldest)
    }
    return hits
  }
}

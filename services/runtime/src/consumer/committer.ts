import type { Position } from '../event-log/port.ts'

/** Commits one set of positions at a time: those that come while one is under way wait, and go together. */
export class Committer {
  readonly #commit: (positions: readonly Position[]) => Promise<void>
  #waiting = new Map<string, Position>()
  #underWay: Promise<void> | undefined

  constructor(commit: (positions: readonly Position[]) => Promise<void>) {
    this.#commit = commit
  }

  /** Resolves when these positions, or later ones of the same partitions, are committed. */
  async add(positions: readonly Position[]): Promise<void> {
    for (const position of positions) {
      const key = `${position.topic}/${position.partition}`
      const other = this.#waiting.get(key)
      // One that is tried again may be older than what waits.
      if (other === undefined || other.offset < position.offset) this.#waiting.set(key, position)
    }
    // The one under way was sent without these.
    await this.#underWay?.catch(() => undefined)
    await (this.#underWay ??= this.#flush())
  }

  async #flush(): Promise<void> {
    // It ends only after it was noted as under way, also when nothing waits.
    await Promise.resolve()
    const positions = [...this.#waiting.values()]
    this.#waiting.clear()
    try {
      if (positions.length > 0) await this.#commit(positions)
    } finally {
      this.#underWay = undefined
    }
  }
}

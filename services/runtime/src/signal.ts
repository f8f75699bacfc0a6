/** Wakes everyone who waits for something to have changed. */
export class Signal {
  #waiters: (() => void)[] = []

  next(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve))
  }

  notify(): void {
    const waiters = this.#waiters
    this.#waiters = []
    for (const wake of waiters) wake()
  }
}

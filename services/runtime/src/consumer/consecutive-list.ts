/**
 * Items that are finished in any order, of which only the unbroken head may be reported: a position is committed when
 * everything before it is done, and never when something before it is still under way.
 */
export class ConsecutiveList<T> {
  readonly #items: { readonly value: T; done: boolean }[] = []

  /** Adds an item at the end; call what it returns once, when the item is done, to get the head that became free. */
  push(value: T): () => T | undefined {
    const item = { value, done: false }
    this.#items.push(item)
    return () => {
      item.done = true
      return this.#takeHead()
    }
  }

  get length(): number {
    return this.#items.length
  }

  /** The last item of the unbroken head, which leaves the list; undefined when the first item is still under way. */
  #takeHead(): T | undefined {
    let count = 0
    while (this.#items[count]?.done) count += 1
    return this.#items.splice(0, count).at(-1)?.value
  }
}

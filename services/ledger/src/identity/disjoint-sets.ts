/** Which of `size` things, by index, belong together. */
export class DisjointSets {
  private readonly parents: Int32Array
  private readonly joined: Uint8Array

  constructor(size: number) {
    this.parents = new Int32Array(size)
    for (let index = 0; index < size; index++) this.parents[index] = index
    this.joined = new Uint8Array(size)
  }

  /** The same for all that belong together. */
  find(index: number): number {
    const { parents } = this
    let root = index
    while (parents[root] !== root) root = parents[root] as number
    let at = index
    while (parents[at] !== root) {
      const next = parents[at] as number
      parents[at] = root
      at = next
    }
    return root
  }

  unite(a: number, b: number): void {
    this.parents[this.find(b)] = this.find(a)
    if (a !== b) this.joined[a] = this.joined[b] = 1
  }

  /** Sets of two and more, and what was never united: nearly all. */
  list(): { components: number[][]; alone: number[] } {
    const components = new Map<number, number[]>()
    const alone: number[] = []
    for (let index = 0; index < this.joined.length; index++) {
      if (this.joined[index] === 0) {
        alone.push(index)
        continue
      }
      const root = this.find(index)
      const component = components.get(root)
      if (component) component.push(index)
      else components.set(root, [index])
    }
    return { components: [...components.values()], alone }
  }
}

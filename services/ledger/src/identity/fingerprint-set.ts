const segments = 256
const smallestSegment = 8
/** Above this share of used slots the table doubles; linear probing stays short below it. */
const fullest = 0.75

/**
 * A set of 128-bit keys that answers "certainly not in" or "almost certainly in", in at most 14 bytes a key once it holds many.
 *
 * Of each key it looks at 40 bits: 8 choose a segment, 32 are stored in it at a place they determine themselves, so
 * the table can double without the keys. A key that was never added is taken for one that was with probability
 * n / 2^40: one in a million at a million keys.
 */
export class FingerprintSet {
  private segmentSize: number
  private slots: Uint32Array
  private used = 0
  private readonly fill = new Uint32Array(segments)

  constructor(expectedKeys = 0) {
    let size = smallestSegment
    while (size * segments * fullest < expectedKeys) size *= 2
    this.segmentSize = size
    this.slots = new Uint32Array(size * segments)
  }

  get size(): number {
    return this.used
  }

  get bytes(): number {
    return this.slots.byteLength
  }

  /** `key`: at least 8 latin1 characters. */
  has(key: string): boolean {
    return this.slots[this.slotOf(segmentOf(key), printOf(key))] !== 0
  }

  add(key: string): void {
    this.put(segmentOf(key), printOf(key))
  }

  private put(segment: number, print: number): void {
    const slot = this.slotOf(segment, print)
    if (this.slots[slot] !== 0) return
    this.slots[slot] = print
    this.used++
    const filled = (this.fill[segment] as number) + 1
    this.fill[segment] = filled
    if (filled > this.segmentSize * fullest) this.double()
  }

  /** The slot that holds `print`, or the free one where it belongs. A segment always has a free slot. */
  private slotOf(segment: number, print: number): number {
    const start = segment * this.segmentSize
    const mask = this.segmentSize - 1
    let place = print & mask
    for (;;) {
      const found = this.slots[start + place]
      if (found === 0 || found === print) return start + place
      place = (place + 1) & mask
    }
  }

  private double(): void {
    const old = this.slots
    const oldSize = this.segmentSize
    this.segmentSize = oldSize * 2
    this.slots = new Uint32Array(old.length * 2)
    for (let i = 0; i < old.length; i++) {
      const print = old[i] as number
      if (print !== 0) this.slots[this.slotOf(Math.floor(i / oldSize), print)] = print
    }
  }
}

function segmentOf(key: string): number {
  return key.charCodeAt(0)
}

function printOf(key: string): number {
  const print =
    ((key.charCodeAt(1) << 24) | (key.charCodeAt(2) << 16) | (key.charCodeAt(3) << 8) | key.charCodeAt(4)) >>> 0
  return print === 0 ? 1 : print
}

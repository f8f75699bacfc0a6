import type { Dice } from './dice.ts'

const interesting = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x0a, 0x12, 0x1a, 0x7b, 0x22, 0xc0, 0xed, 0xf5]

/** Bytes with one to eight things done to them: what a broken, or a hostile, producer may send. */
export function mutateBytes(original: Uint8Array, dice: Dice): Uint8Array<ArrayBuffer> {
  let bytes = Uint8Array.from(original)
  for (let left = 1 + dice.below(8); left > 0 && bytes.length > 0; left--) bytes = mutateOnce(bytes, dice)
  return bytes
}

function mutateOnce(bytes: Uint8Array<ArrayBuffer>, dice: Dice): Uint8Array<ArrayBuffer> {
  const at = dice.below(bytes.length)
  const length = 1 + dice.below(Math.min(64, bytes.length - at))
  switch (dice.below(8)) {
    case 0:
      bytes[at] = (bytes[at] as number) ^ (1 << dice.below(8))
      return bytes
    case 1:
      bytes[at] = dice.pick(interesting)
      return bytes
    case 2:
      return bytes.slice(0, at)
    case 3:
      return concat(bytes.subarray(0, at), bytes.subarray(at + length))
    case 4:
      // a block twice, as a field that should be there once
      return concat(bytes.subarray(0, at + length), bytes.subarray(at))
    case 5:
      // a varint that does not end, or a length of more than there is
      return concat(bytes.subarray(0, at), new Uint8Array(1 + dice.below(11)).fill(0xff), bytes.subarray(at))
    case 6:
      return concat(bytes.subarray(0, at), noise(dice, length), bytes.subarray(at + length))
    default: {
      // blocks within blocks within blocks
      const depth = 1 + dice.below(2_000)
      const opening = new Uint8Array(depth * 2)
      for (let level = 0; level < depth; level++) opening.set([0x0a + 8 * dice.below(6), 0x7f], level * 2)
      return concat(bytes.subarray(0, at), opening, bytes.subarray(at))
    }
  }
}

function noise(dice: Dice, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i++) bytes[i] = dice.below(256)
  return bytes
}

function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

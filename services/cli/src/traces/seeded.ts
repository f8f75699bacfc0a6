import { hash } from 'node:crypto'

/**
 * Choices that depend on a label only: the same label always gives the same sequence, on every machine.
 * 32 bytes of SHA-256 are five fractions and a tail for ids; a label per purpose keeps purposes independent.
 */
export function fractionsOf(label: string): readonly [number, number, number, number, number] {
  const bytes = hash('sha256', label, 'buffer')
  const at = (index: number): number => bytes.readUIntBE(index * 6, 6) / 2 ** 48
  return [at(0), at(1), at(2), at(3), at(4)]
}

/** `length` hex digits (at most 64). */
export function hexOf(label: string, length: number): string {
  return hash('sha256', label, 'hex').slice(0, length)
}

/** An item by its weight; `fraction` in [0, 1). */
export function weighted<T extends { readonly weight: number }>(items: readonly T[], fraction: number): T {
  let left = fraction * items.reduce((sum, item) => sum + item.weight, 0)
  for (const item of items) {
    left -= item.weight
    if (left < 0) return item
  }
  return items.at(-1) as T
}

export function picked<T>(items: readonly T[], fraction: number): T {
  return items[Math.floor(fraction * items.length)] as T
}

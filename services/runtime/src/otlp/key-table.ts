import type { KeepAttribute } from '@spanledger/schemas/events/content-attributes'
import type { LifterOf } from '@spanledger/schemas/events/lifting/lifters'
import type { Lifter } from '@spanledger/schemas/events/lifting/lifting'

export interface KnownKey {
  readonly text: string
  /** The longest string kept under it, 0: dropped. */
  readonly limit: number
  /** Of a dropped one: what takes out of it what is needed. */
  readonly lifter: Lifter | undefined
}

interface Slot extends KnownKey {
  readonly bytes: Uint8Array
}

const slots = 4096
const maxKeyLength = 256
const unknown: KnownKey = { text: '', limit: 0, lifter: undefined }

/**
 * Attribute keys by their bytes: the same few hundred keys come in every span, so neither their text is made nor the
 * allow-list asked again. One key per slot, the latest wins: bounded whatever strangers send.
 */
export function createKeyTable(keep: KeepAttribute, lifterOf?: LifterOf) {
  const table = Array.from<Slot | undefined>({ length: slots })

  return function lookUp(bytes: Buffer, start: number, end: number): KnownKey {
    const length = end - start
    if (length > maxKeyLength) return unknown
    let hash = length
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0
    const index = hash & (slots - 1)
    const slot = table[index]
    if (slot !== undefined && equal(slot.bytes, bytes, start, length)) return slot
    const text = bytes.toString('utf8', start, end)
    const limit = keep(text)
    const lifter = limit > 0 ? undefined : lifterOf?.(text)
    const fresh = { text, limit, lifter, bytes: Uint8Array.prototype.slice.call(bytes, start, end) }
    table[index] = fresh
    return fresh
  }
}

function equal(known: Uint8Array, bytes: Uint8Array, start: number, length: number): boolean {
  if (known.length !== length) return false
  for (let at = 0; at < length; at++) if (known[at] !== bytes[start + at]) return false
  return true
}

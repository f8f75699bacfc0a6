interface Slot {
  readonly bytes: Uint8Array
  readonly text: string
}

/** The text of these bytes; undefined when it is not fit to be kept as it is. */
export type TextTable = (bytes: Buffer, start: number, length: number) => string | undefined

const slots = 8192
const longest = 1024

/**
 * Texts by their bytes: providers, models and teams come in every event, so neither their text is made nor checked again.
 * One text per slot, the latest wins: bounded whatever strangers send.
 */
export function createTextTable(isFit: (text: string) => boolean): TextTable {
  const table = Array.from<Slot | undefined>({ length: slots })

  return function lookUp(bytes, start, length) {
    if (length > longest) return undefined
    const end = start + length
    let hash = length
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0
    const index = (hash ^ (hash >>> 13)) & (slots - 1)
    const slot = table[index]
    if (slot !== undefined && equal(slot.bytes, bytes, start, length)) return slot.text
    const text = bytes.toString('utf8', start, end)
    if (!isFit(text)) return undefined
    table[index] = { text, bytes: Uint8Array.prototype.slice.call(bytes, start, end) }
    return text
  }
}

function equal(known: Uint8Array, bytes: Buffer, start: number, length: number): boolean {
  if (known.length !== length) return false
  for (let at = 0; at < length; at++) if (known[at] !== bytes[start + at]) return false
  return true
}

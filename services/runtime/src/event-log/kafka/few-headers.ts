import { createRequire } from 'node:module'

interface Decoder {
  readVarIntArray(read: (decoder: Decoder) => unknown): unknown[]
}

/** Nobody of good will writes more. */
const maxHeaders = 100
let installed = false

/**
 * kafkajs puts the headers of a record together by copying those before for each that it adds: a record of megabytes of
 * them holds the process up for hours, at every start. It is given the first hundred.
 */
export function installFewHeaders(): void {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/protocol/decoder.js') as { prototype: Decoder }
  const { readVarIntArray } = prototype
  if (installed) return
  installed = true
  // Only headers of records are read by it.
  prototype.readVarIntArray = function readFew(read) {
    return readVarIntArray.call(this, read).slice(0, maxHeaders)
  }
}

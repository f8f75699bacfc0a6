import { reject } from '@spanledger/schemas/result'

/** Objects and lists of one body. A value takes three bytes in JSON, and a hundred times as much in memory. */
const maxValues = 1_000_000

/** Told before it is parsed: a small gzip of a great many empty objects would hold the process for half a minute. */
export function hasTooManyValues(body: Buffer): boolean {
  if (body.length <= maxValues) return false
  let count = 0
  for (const byte of body) if (byte === 0x7b || byte === 0x5b) count++
  return count > maxValues
}

export const tooManyValues = reject(
  'too_large' as const,
  `the body has more than ${maxValues} JSON values: send smaller batches`,
)

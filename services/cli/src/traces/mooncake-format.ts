import type { TraceRow } from './trace-row.ts'

/** Tokens per hash of `hash_ids`. */
export const prefixBlockTokens = 512

const example = '{"timestamp": 0, "input_length": 6758, "output_length": 500, "hash_ids": [0, 1]}'

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** A line of Mooncake's traces: milliseconds since the start, input and output tokens, prefix block hashes. */
export function readMooncakeLine(line: string, rowNumber: number): TraceRow | string {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return `not JSON; expected ${example}`
  }
  if (typeof value !== 'object' || value === null) return `expected ${example}`
  const { timestamp, input_length, output_length, hash_ids } = value as Record<string, unknown>
  if (typeof timestamp !== 'number' || !(timestamp >= 0)) return '"timestamp" must be milliseconds, 0 or more'
  if (!isCount(input_length)) return '"input_length" must be a whole number of tokens, 0 or more'
  if (!isCount(output_length)) return '"output_length" must be a whole number of tokens, 0 or more'
  if (!Array.isArray(hash_ids) || !hash_ids.every(isCount)) return '"hash_ids" must be a list of whole numbers'
  return {
    number: rowNumber,
    arrivedMs: Math.floor(timestamp),
    inputTokens: input_length,
    outputTokens: output_length,
    prefixBlocks: hash_ids,
  }
}

import type { RejectCode } from '../codes.ts'
import { maxCount, type Usage, type UsageField } from './usage.ts'

export interface UsageProblem {
  readonly code: RejectCode
  /** Names the field, never quotes its value. */
  readonly message: string
}

const digits = /^\d{1,30}$/
const decimal = /^(\d{1,16})(?:\.(\d{1,6}))?$/

/**
 * Collects counts as they come from a wire: numbers, bigints or plain digit strings. The first problem is kept and ends
 * the matter; null and undefined mean "not reported".
 */
export class UsageCounts {
  readonly usage: { -readonly [field in UsageField]?: number } = {}
  problem: UsageProblem | undefined

  /** Sets `field` from `value`, if it is there. `name` is what the sender calls it. */
  take(field: UsageField, value: unknown, name: string = field): void {
    const count = this.count(value, name)
    if (count !== undefined) this.usage[field] = count
  }

  /** Adds what is there; absent only if all are. */
  sum(field: UsageField, values: readonly unknown[], name: string): void {
    let total: number | undefined
    for (const value of values) {
      const count = this.count(value, name)
      if (count !== undefined) total = (total ?? 0) + count
    }
    this.take(field, total, name)
  }

  /** A checked count; undefined when absent or when it is the problem. */
  count(value: unknown, name: string): number | undefined {
    if (value === undefined || value === null) return undefined
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maxCount) return value + 0
    if (typeof value === 'string' && value.length <= 15 && digits.test(value)) return Number(value)
    return this.slowCount(value, name)
  }

  /** Seconds with at most 6 fraction digits, as a number or a decimal string, to whole microseconds. */
  takeSeconds(field: UsageField, value: unknown, name: string): void {
    if (value === undefined || value === null) return
    if (typeof value === 'number' && value < 0) return this.fail('USAGE_NEGATIVE', `${name} is negative`)
    const match = decimal.exec(typeof value === 'number' || typeof value === 'string' ? String(value) : '')
    if (match) return this.take(field, BigInt(match[1] + (match[2] ?? '').padEnd(6, '0')), name)
    const fine = typeof value === 'number' && Number.isFinite(value) && value < 1e9
    if (fine) return this.fail('USAGE_NOT_INTEGER', `${name} has more than 6 fraction digits`)
    if (typeof value === 'number' && value >= 1e9) return this.fail('USAGE_OUT_OF_RANGE', `${name} is absurdly large`)
    this.fail('USAGE_NOT_NUMERIC', `${name} is not a decimal number with at most 6 fraction digits`)
  }

  fail(code: RejectCode, message: string): void {
    this.problem ??= { code, message }
  }

  private slowCount(value: unknown, name: string): number | undefined {
    if (typeof value === 'number' && !Number.isNaN(value)) {
      if (value < 0) this.fail('USAGE_NEGATIVE', `${name} is negative`)
      else if (!Number.isFinite(value)) this.fail('USAGE_NOT_NUMERIC', `${name} is not a finite number`)
      else if (!Number.isInteger(value)) this.fail('USAGE_NOT_INTEGER', `${name} is not a whole number`)
      else this.fail('USAGE_OUT_OF_RANGE', `${name} is above ${maxCount}`)
      return undefined
    }
    if (typeof value === 'bigint' || (typeof value === 'string' && digits.test(value))) {
      const exact = BigInt(value)
      if (exact < 0n) this.fail('USAGE_NEGATIVE', `${name} is negative`)
      else if (exact > maxCount) this.fail('USAGE_OUT_OF_RANGE', `${name} is above ${maxCount}`)
      else return Number(exact)
      return undefined
    }
    this.fail('USAGE_NOT_NUMERIC', `${name} is neither a number nor a string of plain digits`)
    return undefined
  }
}

/** What contradicts itself in a usage whose counts are each fine: a part that is larger than its whole. */
export function findContradiction(usage: Usage): UsageProblem | undefined {
  return findInputContradiction(usage) ?? findOutputContradiction(usage)
}

function findInputContradiction(usage: Usage): UsageProblem | undefined {
  const input = usage.input_tokens ?? 0
  const read = usage.cache_read_tokens ?? 0
  const split =
    (usage.cache_write_5m_tokens ?? 0) +
    (usage.cache_write_1h_tokens ?? 0) +
    (usage.cache_write_30m_tokens ?? 0) +
    (usage.cache_write_12h_tokens ?? 0)
  const write = usage.cache_write_tokens ?? split
  const audio = usage.input_audio_tokens ?? 0
  const image = usage.input_image_tokens ?? 0
  const audioRead = usage.cache_audio_read_tokens ?? 0
  const imageRead = usage.cache_image_read_tokens ?? 0

  if (split > write) return exceeds('cache writes by time to live', 'cache_write_tokens')
  if (read + write > input) return exceeds('cache_read_tokens + cache_write_tokens', 'input_tokens')
  if (audioRead > audio) return exceeds('cache_audio_read_tokens', 'input_audio_tokens')
  if (imageRead > image) return exceeds('cache_image_read_tokens', 'input_image_tokens')
  if (audioRead + imageRead > read) return exceeds('cached audio and image', 'cache_read_tokens')
  // Every token is in one meter: what is left for plain input must not be negative. Where nobody said how much of the
  // audio or the images was cached (OpenAI, Gemini), the two may overlap.
  const unsaid =
    (usage.cache_audio_read_tokens === undefined ? audio : 0) +
    (usage.cache_image_read_tokens === undefined ? image : 0)
  const overlap = Math.min(unsaid, read - audioRead - imageRead)
  const parts = read + write + (audio - audioRead) + (image - imageRead)
  return parts - overlap > input ? exceeds('the parts of the input', 'input_tokens') : undefined
}

function findOutputContradiction(usage: Usage): UsageProblem | undefined {
  const parts =
    (usage.output_reasoning_tokens ?? 0) +
    (usage.output_audio_tokens ?? 0) +
    (usage.output_image_tokens ?? 0) +
    (usage.output_citation_tokens ?? 0)
  return parts > (usage.output_tokens ?? 0) ? exceeds('the parts of the output', 'output_tokens') : undefined
}

function exceeds(part: string, whole: string): UsageProblem {
  return { code: 'USAGE_SUBSET_EXCEEDS_TOTAL', message: `${part}: more than ${whole}` }
}

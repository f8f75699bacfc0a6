import { z } from 'zod'
import { dimensions } from './dimensions.ts'
import { maxIdLength, maxTags } from './event-fields.ts'
import { readIsoTime } from './event-time.ts'
import { exactDecimal } from './exact-decimal.ts'
import { isSafeText } from './safe-text.ts'
import { maxCount, usageFields, usageFormats } from './usage.ts'
import { UsageCounts } from './usage-counts.ts'
import { maxDurationMs, maxQualityScore, resultCaches, usageEventStatuses } from './usage-event.ts'

const wholeNumber = z.int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER)
const label = z.union([z.string(), wholeNumber]).nullish()
const id = z
  .union([z.string().refine((text) => text.trim().length <= maxIdLength && isSafeText(text.trim())), wholeNumber])
  .nullish()
  .describe(`at most ${maxIdLength} characters, no control characters`)
const count = z.union([z.int().min(0).max(maxCount), z.string().regex(/^0*\d{1,15}$|^0*10{15}$/)]).nullish()
const required = z.union([z.string().refine((text) => text.trim() !== ''), wholeNumber])

function isSeconds(value: unknown): boolean {
  const counts = new UsageCounts()
  counts.takeSeconds('audio_microseconds', value, 'audio_seconds')
  return counts.problem === undefined
}

export const canonicalUsageSchema = z.object({
  ...Object.fromEntries(usageFields.filter((field) => field !== 'audio_microseconds').map((field) => [field, count])),
  audio_seconds: z
    .union([z.number(), z.string()])
    .refine(isSeconds)
    .nullish()
    .describe('seconds, at most 6 fraction digits'),
})

/**
 * The usage event of `POST /v1/usage` as a schema: for documentation and generated clients. The door reads events with
 * `readUsageEvent`, which is faster and gives one reason code; a test holds the two to the same verdict. What relates
 * fields to each other (ids, totals and their parts) and to the clock is said by the reader only.
 */
export const usageEventSchema = z.object({
  event_id: id,
  response_id: id.describe("the provider's id of its response: reports of one request are matched by it"),
  at: z
    .string()
    .refine((text) => readIsoTime(text) !== undefined)
    .describe('start of the request, ISO 8601 with a zone'),
  provider: required.describe('openai, anthropic, aws.bedrock, …'),
  model: required,
  usage: z
    .union([canonicalUsageSchema, z.record(z.string(), z.unknown())])
    .nullish()
    .describe('inclusive totals; or, with usage_format, a usage block as that provider gives it'),
  usage_format: z.enum(usageFormats).nullish(),
  service_tier: label,
  region: label,
  billing_account: label,
  operation: label.describe('chat, embeddings, …'),
  attribution: z
    .object({
      ...Object.fromEntries(dimensions.map((dimension) => [dimension, label])),
      tags: z
        .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).nullish())
        .refine((tags) => Object.keys(tags).length <= maxTags)
        .nullish()
        .describe(`free labels, at most ${maxTags}`),
    })
    .nullish(),
  latency_ms: z.number().min(0).max(maxDurationMs).nullish(),
  ttft_ms: z.number().min(0).max(maxDurationMs).nullish().describe('time to the first token'),
  status: z.enum(usageEventStatuses).nullish(),
  error_type: label,
  result_cache: z.enum(resultCaches).nullish(),
  quality_score: z.number().min(-maxQualityScore).max(maxQualityScore).nullish(),
  reported_cost: z
    .union([z.literal(''), z.union([z.string(), z.number()]).refine((cost) => exactDecimal(cost) !== undefined)])
    .nullish()
    .describe('USD, what someone else computed; kept beside the cost computed here'),
  trace_id: z
    .string()
    .regex(/^([0-9a-fA-F]{32})?$/)
    .nullish(),
  span_id: z
    .string()
    .regex(/^([0-9a-fA-F]{16})?$/)
    .nullish(),
})

import { z } from 'zod'
import { type Dimension, dimensions } from '../events/dimensions.ts'
import { maxTextLength } from '../events/event-fields.ts'

/** The section `attribution` of spanledger.yaml: whom a request is of, where its telemetry does not say so by itself. */

const dimension = z.enum(dimensions)
const value = z.string().trim().min(1).max(maxTextLength).describe(`a text of 1 to ${maxTextLength} characters`)

/** `*` stands for any characters, `?` for one. */
const pattern = z.string().min(1).max(maxTextLength)
const patterns = z.union([pattern, z.array(pattern).min(1).max(200)])

const attributeName = z.string().min(1).max(256)
const spelling = z
  .string()
  .regex(/^(?=.*[\p{L}\p{N}])[\p{L}\p{N} ._:/-]{1,64}$/u)
  .describe('a key as an application writes it: letters, digits, and _ - . : / between them')
const spellings = z.array(spelling).min(1).max(40)

const values = z
  .partialRecord(dimension, value)
  .refine((set) => Object.keys(set).length > 0)
  .describe('a value for at least one dimension')

export const attributionRule = z.strictObject({
  /** Every given field must agree; a list means any of its patterns. Nothing given matches everything. */
  match: z
    .strictObject({
      ...(Object.fromEntries(dimensions.map((name) => [name, patterns.optional()])) as Record<
        Dimension,
        z.ZodOptional<typeof patterns>
      >),
      tenant: patterns.optional(),
      provider: patterns.optional(),
      model: patterns.optional(),
      dialect: patterns.optional(),
      /** Of the span or log record; of a usage event its tags. */
      attributes: z.record(attributeName, patterns).optional(),
      resource: z.record(attributeName, patterns).optional(),
    })
    .default({}),
  set: values,
  /** Whatever the telemetry says; otherwise only where it says nothing. */
  force: z.boolean().default(false),
})
export type AttributionRule = z.output<typeof attributionRule>

export const attributionConfig = z.strictObject({
  /** Further spellings of a dimension among free keys, asked before the usual ones; or the `only` ones. */
  spellings: z
    .partialRecord(
      dimension,
      z
        .union([spellings, z.strictObject({ only: spellings })])
        .describe('a list of further spellings, or the field only with a list of all of them'),
    )
    .default({}),
  /** For each dimension the first that matches and sets it. */
  rules: z.array(attributionRule).max(500).default([]),
  /** Records that lack one of these are rejected at the door. */
  require: z.array(dimension).default([]),
  /** What an API key alone decides. */
  api_keys: z
    .array(
      z.strictObject({
        key_sha256: z
          .string()
          .regex(/^[0-9a-fA-F]{64}$/)
          .describe('the sha256 of the key, as `spanledger doctor` prints it: 64 hex digits, never the key itself'),
        set: values,
      }),
    )
    .max(10_000)
    .default([]),
})
export type AttributionConfig = z.output<typeof attributionConfig>

export const defaultAttributionConfig: AttributionConfig = attributionConfig.parse({})

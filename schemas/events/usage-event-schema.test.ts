import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { dimensions } from './dimensions.ts'
import { usageFields } from './usage.ts'
import { readUsageEvent } from './usage-event.ts'
import sample from './usage-event.sample.json' with { type: 'json' }
import { canonicalUsageSchema, usageEventSchema } from './usage-event-schema.ts'

const nowMs = Date.UTC(2026, 10, 21)
/** What only the reader judges: fields against each other, and against the clock. */
const relations = new Set(['ID_MISSING', 'TIME_FUTURE', 'TIME_TOO_OLD', 'USAGE_MISSING', 'USAGE_SUBSET_EXCEEDS_TOTAL'])

function schemaTakes(event: Record<string, unknown>): boolean {
  const canonical = (event['usage_format'] ?? 'canonical') === 'canonical'
  if (!usageEventSchema.safeParse(event).success) return false
  return !canonical || canonicalUsageSchema.nullish().safeParse(event['usage']).success
}

it('the sample is an event, for the reader and for the schema', () => {
  expect(readUsageEvent(sample, nowMs).kind).toBe('ok')
  expect(schemaTakes(sample)).toBe(true)
})

it('the schema and the reader agree on what an event is', () => {
  const odd = fc.oneof(
    fc.constantFrom(null, '', ' ', 'x', 0, 1, -1, 1.5, 2 ** 53, 1e15, 1e15 + 1, '5', '-5', '1.5', '1e3', true, [], {}),
    fc.constantFrom('2026-11-20T10:00:00Z', '2026-02-30T10:00:00Z', '2026-11-20', 'ok', 'aborted', 'exact_hit', 'none'),
    fc.constantFrom(
      'a'.repeat(32),
      'a'.repeat(16),
      'a'.repeat(600),
      'a\u0000b',
      '0.0000001',
      '1000000000000000',
      '007',
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.double(),
  )
  const path = fc.oneof(
    fc.constantFrom(...Object.keys(usageEventSchema.shape)).map((name) => [name]),
    fc.constantFrom(...usageFields, 'audio_seconds').map((name) => ['usage', name]),
    fc.constantFrom(...dimensions, 'tags').map((name) => ['attribution', name]),
    fc.string({ maxLength: 3 }).map((name) => ['attribution', 'tags', name]),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(path, odd), { minLength: 1, maxLength: 3 }), (changes) => {
      const event = structuredClone(sample) as Record<string, unknown>
      for (const [names, value] of changes) set(event, names, value)
      const read = readUsageEvent(event, nowMs)
      if (read.kind === 'reject' && relations.has(read.reason)) return
      expect({ read: read.kind === 'ok', because: read }).toMatchObject({ read: schemaTakes(event) })
    }),
    { numRuns: 5000 },
  )
})

it('can be printed as JSON Schema', () => {
  expect(z.toJSONSchema(usageEventSchema)).toMatchObject({ type: 'object', required: ['at', 'provider', 'model'] })
})

function set(target: Record<string, unknown>, [name, ...rest]: readonly string[], value: unknown): void {
  if (name === undefined || name === '__proto__') return
  const inner = target[name]
  if (rest.length === 0) target[name] = value
  else if (typeof inner === 'object' && inner !== null) set(inner as Record<string, unknown>, rest, value)
}

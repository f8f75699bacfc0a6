import type { OtlpSpan } from '@spanledger/schemas/events/otlp'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeTraces } from './decode-traces.ts'
import { encodeTraces } from './encode-traces.ts'

const keepAll = () => Number.POSITIVE_INFINITY

describe('encodeTraces', () => {
  it('writes what decodeTraces reads back', () => {
    const attribute: fc.Arbitrary<unknown> = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.double(),
      fc.bigInt(2n ** 53n, 2n ** 63n - 1n),
      fc.array(fc.string(), { maxLength: 4 }),
      fc.dictionary(fc.string(), fc.integer(), { maxKeys: 4 }).map((entries) => new Map(Object.entries(entries))),
    )
    const attributes = fc
      .array(fc.tuple(fc.string({ minLength: 1, maxLength: 20 }), attribute), { maxLength: 8 })
      .map((entries) => new Map(entries))
    const hex = (digits: number) =>
      fc
        .array(fc.integer({ min: 1, max: 15 }), { minLength: digits, maxLength: digits })
        .map((all) => all.map((digit) => digit.toString(16)).join(''))
    const time = fc.option(
      fc.integer({ min: 1, max: 2 ** 51 }).map((micros) => micros / 1000),
      { nil: undefined },
    )
    const span = fc.record(
      {
        traceId: hex(32),
        spanId: hex(16),
        parentSpanId: fc.oneof(fc.constant(''), hex(16)),
        name: fc.string({ maxLength: 40 }),
        kind: fc.integer({ min: 0, max: 5 }),
        startMs: time,
        endMs: time,
        statusCode: fc.integer({ min: 0, max: 2 }),
        attributes,
      },
      { noNullPrototype: true },
    )
    const group = fc.record({ resource: attributes, scope: fc.string({ maxLength: 9 }), spans: fc.array(span) })
    fc.assert(
      fc.property(fc.array(group, { maxLength: 3 }), (groups) => {
        const spans = groups.flatMap(({ resource, scope, spans }) => {
          const shared = { resource: { attributes: resource }, scope: { name: scope, version: '1' } }
          return spans.map(({ startMs, endMs, ...rest }) => ({
            ...rest,
            ...(startMs !== undefined && { startMs }),
            ...(endMs !== undefined && { endMs }),
            ...shared,
          }))
        }) as unknown as OtlpSpan[]
        expect(spansOf(decodeTraces(encodeTraces(spans), keepAll))).toEqual(spans)
      }),
      { numRuns: 300 },
    )
  })
})

function spansOf(result: ReturnType<typeof decodeTraces>): readonly OtlpSpan[] {
  if (result.kind !== 'ok') throw new Error(`not decoded: ${JSON.stringify(result)}`)
  return result.value.spans
}

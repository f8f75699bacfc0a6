import type { OtlpSpan } from '@spanledger/schemas/events/otlp'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeTracesJson } from './decode-traces-json.ts'

const keepAll = () => Number.POSITIVE_INFINITY

describe('decodeTracesJson', () => {
  const inAttribute = (value: unknown) => {
    const span = { traceId: 'AB'.repeat(16), spanId: '01'.repeat(8), attributes: [{ key: 'k', value }] }
    return spansOf(decodeTracesJson(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }), keepAll))
  }

  it('takes integers as strings or numbers, enums as numbers or names, ids in either case', () => {
    expect(inAttribute({ intValue: '42' })[0]?.attributes.get('k')).toBe(42)
    expect(inAttribute({ intValue: 42 })[0]?.attributes.get('k')).toBe(42)
    expect(inAttribute({ intValue: '9223372036854775807' })[0]?.attributes.get('k')).toBe(9_223_372_036_854_775_807n)
    expect(inAttribute({ doubleValue: 'NaN' })[0]?.attributes.get('k')).toBeNaN()
    expect(inAttribute({ intValue: '42' })[0]?.traceId).toBe('ab'.repeat(16))
    const named = { kind: 'SPAN_KIND_CLIENT', status: { code: 'STATUS_CODE_ERROR' } }
    const json = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [named] }] }] })
    expect(spansOf(decodeTracesJson(json, keepAll))[0]).toMatchObject({ kind: 3, statusCode: 2 })
  })

  it('leaves a wrong number as it is, for its reader to refuse with a reason', () => {
    expect(inAttribute({ intValue: 1.5 })[0]?.attributes.get('k')).toBe(1.5)
    expect(inAttribute({ intValue: 'many' })[0]?.attributes.get('k')).toBe('many')
  })

  it('refuses what is not JSON or not a request', () => {
    for (const text of ['', '{', 'null', '[]', '{"resourceSpans":1}', '{"resourceSpans":[1]}']) {
      expect(decodeTracesJson(text, keepAll)).toMatchObject({ kind: 'reject', reason: 'BODY_UNDECODABLE' })
    }
  })

  it('never throws on strange JSON', () => {
    const json = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 5 }, fc.jsonValue({ maxDepth: 1 }), tie('object')),
      object: fc.dictionary(
        fc.constantFrom('resourceSpans', 'scopeSpans', 'spans', 'attributes', 'key', 'value', 'arrayValue', 'values'),
        fc.oneof(tie('any'), fc.array(tie('any'), { maxLength: 2 })),
        { maxKeys: 3 },
      ),
    }))
    fc.assert(
      fc.property(json.object, (value) => {
        expect(['ok', 'reject']).toContain(decodeTracesJson(JSON.stringify(value), keepAll).kind)
      }),
    )
  })
})

function spansOf(result: ReturnType<typeof decodeTracesJson>): readonly OtlpSpan[] {
  if (result.kind !== 'ok') throw new Error(`not decoded: ${JSON.stringify(result)}`)
  return result.value.spans
}

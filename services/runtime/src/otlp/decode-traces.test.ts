import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { keepLifted, keptAttributes } from '@spanledger/schemas/events/content-attributes'
import { lifterOf } from '@spanledger/schemas/events/lifting/lifters'
import type { OtlpSpan } from '@spanledger/schemas/events/otlp'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeTraces } from './decode-traces.ts'
import { decodeTracesJson } from './decode-traces-json.ts'
import { encodeTraces } from './encode-traces.ts'

const keepAll = () => Number.POSITIVE_INFINITY
const fixtures = join(import.meta.dirname, '../../../../../shared/fixtures/otlp')
const names = tryList(fixtures)

describe('decodeTraces', () => {
  it('reads what the official JavaScript exporter writes', async () => {
    const { bytes, spanId, traceId } = await exportOfficially()
    const [span] = spansOf(decodeTraces(bytes, keepAll))
    expect(span).toMatchObject({
      traceId,
      spanId,
      parentSpanId: '',
      name: 'chat gpt-4o',
      kind: 3,
      startMs: 1_700_000_000_123.5,
      endMs: 1_700_000_001_500,
      statusCode: 2,
      scope: { name: 'some.scope', version: '1.2.3' },
    })
    expect(span?.resource.attributes.get('service.name')).toBe('bücher-🚀')
    expect([...(span?.attributes ?? [])]).toEqual([
      ['text', 'grüße'],
      ['whole', 12_345_678_901],
      ['negative', -7],
      ['fraction', 0.1],
      ['yes', true],
      ['list', ['a', 'b']],
      ['numbers', [1, 2.5]],
    ])
  })

  it('reads only the attributes that are wanted, and no events, links or status messages', async () => {
    const { bytes } = await exportOfficially()
    const [span] = spansOf(decodeTraces(bytes, (key) => (key === 'text' ? 100 : 0)))
    expect([...(span?.attributes.keys() ?? [])]).toEqual(['text'])
    expect(JSON.stringify(span)).not.toContain('secret')
  })

  it('drops a text that is longer than its key allows, whole', async () => {
    const { bytes } = await exportOfficially()
    const [span] = spansOf(decodeTraces(bytes, () => 4))
    expect([...(span?.attributes.keys() ?? [])]).toEqual(['whole', 'negative', 'fraction', 'yes', 'list', 'numbers'])
  })

  it('refuses what is not framed as a request', () => {
    for (const bytes of [Buffer.from('hello, not protobuf'), Buffer.from([0x0a, 0x7f, 0x00]), Buffer.from([0x0b])]) {
      expect(decodeTraces(bytes, keepAll)).toMatchObject({ kind: 'reject', reason: 'BODY_UNDECODABLE' })
    }
    expect(decodeTraces(new Uint8Array(), keepAll)).toEqual({ kind: 'ok', value: { spans: [], undecodable: 0 } })
  })

  it('counts a span that is broken in its own frame and reads the others', () => {
    const good = encodeTraces([sample('a'.repeat(16)), sample('b'.repeat(16))])
    const at = Buffer.from(good).indexOf('hello') - 1
    const bad = Buffer.from(good)
    bad[at] = 0x7f // the name claims more bytes than its span has
    const result = decodeTraces(bad, keepAll)
    expect(result).toMatchObject({ kind: 'ok', value: { undecodable: 1 } })
    expect(spansOf(result).map((span) => span.spanId)).toEqual(['b'.repeat(16)])
  })

  it('stops at four lists within each other', () => {
    const value = `${'{"arrayValue":{"values":['.repeat(5000)}{"stringValue":"deep"}${']}}'.repeat(5000)}`
    const json = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"key":"k","value":${value}}]}]}]}]}`
    const [span] = spansOf(decodeTracesJson(json, keepAll))
    expect(span?.attributes.get('k')).toEqual([[[[]]]])

    let nested: Buffer = Buffer.from([0x0a, 1, 0x78])
    for (let depth = 0; depth < 5000; depth++) nested = block(5, block(1, nested))
    const attribute = Buffer.concat([block(1, Buffer.from('k')), block(2, nested)])
    const bytes = block(1, block(2, block(2, block(9, attribute))))
    const [fromBytes] = spansOf(decodeTraces(bytes, keepAll))
    expect(fromBytes?.attributes.get('k')).toEqual([[[[]]]])
  })

  it('never throws on damaged bytes, and gives only sound values', () => {
    const seeds = [encodeTraces([sample('c'.repeat(16)), sample('d'.repeat(16))])]
    for (const name of names.slice(0, 3)) seeds.push(readFileSync(join(fixtures, `${name}.pb`)))
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 }),
        fc.nat(),
        (seed, flips, cut) => {
          const bytes = Buffer.from(seed.subarray(0, cut % 3 === 0 ? cut % seed.length : seed.length))
          for (const [at, byte] of flips) if (bytes.length > 0) bytes[at % bytes.length] = byte
          const result = decodeTraces(bytes, keptAttributes)
          if (result.kind !== 'ok') return
          expect(result.value.spans.filter((span) => !isSound(span))).toEqual([])
          expect(spansOf(decodeTraces(encodeTraces(result.value.spans), keptAttributes))).toHaveLength(
            result.value.spans.length,
          )
        },
      ),
      { numRuns: 1000 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => decodeTraces(bytes, keepAll).kind !== 'drop'),
      { numRuns: 5000 },
    )
  })
})

describe.skipIf(names.length === 0)('real payloads (../shared/fixtures/otlp is not here)', () => {
  it.each(names.length > 0 ? names : ['none'])(
    'reads the same from protobuf and JSON of a real payload: %s',
    (name) => {
      const pb = decodeTraces(readFileSync(join(fixtures, `${name}.pb`)), keptAttributes, many, lifterOf)
      const json = decodeTracesJson(
        readFileSync(join(fixtures, `${name}.json`), 'utf8'),
        keptAttributes,
        many,
        lifterOf,
      )
      expect(spansOf(pb).length).toBeGreaterThan(0)
      expect(pb).toEqual(json)
      expect(spansOf(decodeTraces(encodeTraces(spansOf(pb)), keepLifted(keptAttributes)))).toEqual(spansOf(pb))
    },
  )
})

const many = Number.POSITIVE_INFINITY

function sample(spanId: string): OtlpSpan {
  return {
    resource: { attributes: new Map([['service.name', 's']]) },
    scope: { name: 'scope', version: '' },
    traceId: 'e'.repeat(32),
    spanId,
    parentSpanId: '',
    name: 'hello',
    kind: 3,
    startMs: 1_700_000_000_000,
    statusCode: 0,
    attributes: new Map<string, string | number>([
      ['gen_ai.request.model', 'gpt-4o'],
      ['gen_ai.usage.input_tokens', 12],
    ]),
  }
}

function isSound(span: OtlpSpan): boolean {
  const ids = /^([0-9a-f]{32})?$/.test(span.traceId) && /^([0-9a-f]{16})?$/.test(span.spanId)
  return ids && (span.startMs ?? 1) > 0 && span.name.length <= 128 && span.attributes.size <= 256
}

function spansOf(result: ReturnType<typeof decodeTraces>): readonly OtlpSpan[] {
  if (result.kind !== 'ok') throw new Error(`not decoded: ${JSON.stringify(result)}`)
  return result.value.spans
}

function block(field: number, content: Buffer): Buffer {
  const length = content.length
  const head = [(field << 3) | 2]
  for (let rest = length; ; rest >>>= 7) {
    head.push(rest > 127 ? (rest & 127) | 128 : rest)
    if (rest <= 127) break
  }
  return Buffer.concat([Buffer.from(head), content])
}

async function exportOfficially() {
  const memory = new InMemorySpanExporter()
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'bücher-🚀' }),
    spanProcessors: [new SimpleSpanProcessor(memory)],
  })
  const span = provider.getTracer('some.scope', '1.2.3').startSpan('chat gpt-4o', {
    kind: 2,
    startTime: [1_700_000_000, 123_500_400],
    attributes: {
      text: 'grüße',
      whole: 12_345_678_901,
      negative: -7,
      fraction: 0.1,
      yes: true,
      list: ['a', 'b'],
      numbers: [1, 2.5],
    },
    links: [{ context: { traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: 1 } }],
  })
  span.addEvent('prompt', { content: 'a secret' })
  span.setStatus({ code: 2, message: 'a secret message' })
  span.end([1_700_000_001, 500_000_000])
  const spans = memory.getFinishedSpans()
  const { spanId, traceId } = span.spanContext()
  const bytes = ProtobufTraceSerializer.serializeRequest([...spans])
  await provider.shutdown()
  if (bytes === undefined) throw new Error('the exporter wrote nothing')
  return { bytes, spanId, traceId }
}

function tryList(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => statSync(join(folder, name)).isDirectory())
      .flatMap((name) => readdirSync(join(folder, name)).map((file) => `${name}/${file}`))
      .filter((file) => file.endsWith('-traces.pb'))
      .map((file) => file.slice(0, -3))
  } catch {
    return []
  }
}

import type { RejectCode } from '@spanledger/schemas/codes'
import type { KeepAttribute } from '@spanledger/schemas/events/content-attributes'
import type { LifterOf } from '@spanledger/schemas/events/lifting/lifters'
import type { AttributeValue, OtlpResource, OtlpScope, OtlpSpan } from '@spanledger/schemas/events/otlp'
import { ok, reject, type Result } from '@spanledger/schemas/result'
import { createBudget, decodeAttribute, keyTableOf, liftingTableOf } from './attribute-decoder.ts'
import { limits } from './limits.ts'
import { decodeSpan } from './span-decoder.ts'
import { WireReader } from './wire-reader.ts'

export interface DecodedTraces {
  readonly spans: readonly OtlpSpan[]
  /** Spans whose own bytes could not be read, although those around them could. */
  readonly undecodable: number
}

type Writable<T> = { -readonly [key in keyof T]: T[key] }

/**
 * An OTLP ExportTraceServiceRequest in protobuf. Only attributes that `keep` wants are read; events, links, status
 * messages and trace state never are. Any bytes at all may be given: it never throws, and takes time linear in them.
 * A span takes two bytes there and hundreds here: more than `maxSpans` are EVENT_TOO_LARGE. With `lifterOf`, what it
 * lifts out of attributes that are dropped stands in the span instead of them (`schemas/events/lifted.ts`).
 */
export function decodeTraces(
  bytes: Uint8Array,
  keep: KeepAttribute,
  maxSpans = Number.POSITIVE_INFINITY,
  lifterOf?: LifterOf,
): Result<DecodedTraces, RejectCode> {
  const reader = new WireReader(bytes)
  const out = {
    spans: [] as OtlpSpan[],
    undecodable: 0,
    lookUp: lifterOf ? liftingTableOf(keep, lifterOf) : keyTableOf(keep),
    maxSpans,
  }
  forEachBlock(reader, 1, (end) => readResourceSpans(reader, end, out))
  if (out.spans.length > maxSpans) return tooManySpans(maxSpans)
  if (!reader.broken) return ok({ spans: out.spans, undecodable: out.undecodable })
  return reject('BODY_UNDECODABLE', 'the body is not an OTLP ExportTraceServiceRequest in protobuf')
}

export function tooManySpans(maxSpans: number): Result<never, RejectCode> {
  return reject('EVENT_TOO_LARGE', `more than ${maxSpans} spans in one request: send smaller batches`)
}

interface Output {
  readonly spans: OtlpSpan[]
  readonly maxSpans: number
  undecodable: number
  readonly lookUp: ReturnType<typeof keyTableOf>
}

/** `read` is called at the start of each field `field` and must leave the reader at `end`, or broken. */
function forEachBlock(reader: WireReader, field: number, read: (end: number) => void): void {
  while (reader.tag()) {
    if (reader.field === field && reader.wire === 2) {
      const end = reader.block()
      if (!reader.broken) read(end)
    } else reader.skip()
  }
}

/** The resource may come after the spans that refer to it, so it is filled in as it comes. */
function readResourceSpans(reader: WireReader, end: number, out: Output): void {
  const attributes = new Map<string, AttributeValue>()
  const resource: OtlpResource = { attributes }
  reader.within(end, () => {
    while (reader.tag()) {
      if (reader.wire !== 2 || (reader.field !== 1 && reader.field !== 2)) {
        reader.skip()
        continue
      }
      const { field } = reader
      const stop = reader.block()
      if (reader.broken) return
      if (field === 2) readScopeSpans(reader, stop, resource, out)
      else {
        const budget = createBudget()
        reader.within(stop, () =>
          forEachBlock(reader, 1, (last) => decodeAttribute(reader, last, out.lookUp, attributes, budget)),
        )
      }
    }
  })
}

function readScopeSpans(reader: WireReader, end: number, resource: OtlpResource, out: Output): void {
  const scope: Writable<OtlpScope> = { name: '', version: '' }
  reader.within(end, () => {
    while (reader.tag()) {
      if (reader.wire !== 2 || (reader.field !== 1 && reader.field !== 2)) {
        reader.skip()
        continue
      }
      const { field } = reader
      const stop = reader.block()
      if (reader.broken) return
      if (field === 1) reader.within(stop, () => readScope(reader, scope))
      else readSpan(reader, stop, resource, scope, out)
    }
  })
}

function readScope(reader: WireReader, scope: Writable<OtlpScope>): void {
  while (reader.tag()) {
    if (reader.wire === 2 && (reader.field === 1 || reader.field === 2)) {
      const { field } = reader
      const stop = reader.block()
      const text = reader.text(Math.min(stop, reader.position + limits.scopeNameLength))
      if (field === 1) scope.name = text
      else scope.version = text
      if (!reader.broken) reader.position = stop
    } else reader.skip()
  }
}

/** A span that is broken inside its own frame is counted, and the next one is read. */
function readSpan(reader: WireReader, end: number, resource: OtlpResource, scope: OtlpScope, out: Output): void {
  const outer = reader.end
  reader.end = end
  const span = decodeSpan(reader, resource, scope, out.lookUp)
  if (span === undefined) {
    out.undecodable++
    reader.broken = false
  } else out.spans.push(span)
  reader.end = outer
  reader.position = end
  if (out.spans.length > out.maxSpans) reader.fail()
}

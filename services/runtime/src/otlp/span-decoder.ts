import type { AttributeValue, OtlpResource, OtlpScope, OtlpSpan } from '@spanledger/schemas/events/otlp'
import { createBudget, decodeAttribute, type keyTableOf } from './attribute-decoder.ts'
import { limits } from './limits.ts'
import type { WireReader } from './wire-reader.ts'

/** One Span message, to the reader's end; undefined when its bytes do not make one. */
export function decodeSpan(
  reader: WireReader,
  resource: OtlpResource,
  scope: OtlpScope,
  lookUp: ReturnType<typeof keyTableOf>,
): OtlpSpan | undefined {
  const attributes = new Map<string, AttributeValue>()
  const budget = createBudget()
  let traceId = ''
  let spanId = ''
  let parentSpanId = ''
  let name = ''
  let kind = 0
  let startMs: number | undefined
  let endMs: number | undefined
  let statusCode = 0

  while (reader.tag()) {
    const { field, wire } = reader
    if (wire === 2) {
      const stop = reader.block()
      if (reader.broken) break
      if (field === 9) decodeAttribute(reader, stop, lookUp, attributes, budget)
      else if (field === 1) traceId = reader.hexId(stop, 16)
      else if (field === 2) spanId = reader.hexId(stop, 8)
      else if (field === 4) parentSpanId = reader.hexId(stop, 8)
      else if (field === 5) name = reader.text(Math.min(stop, reader.position + limits.nameLength))
      else if (field === 15) statusCode = readStatus(reader, stop)
      if (!reader.broken) reader.position = stop
    } else if (wire === 1 && (field === 7 || field === 8)) {
      reader.fixed64()
      const ms = msFromNano(reader.high, reader.low)
      if (field === 7) startMs = ms
      else endMs = ms
    } else if (wire === 0 && field === 6) kind = reader.varint32()
    else reader.skip()
  }
  if (reader.broken) return undefined
  budget.lifting?.writeTo(attributes)
  return {
    resource,
    scope,
    traceId,
    spanId,
    parentSpanId,
    name,
    kind,
    ...(startMs !== undefined && { startMs }),
    ...(endMs !== undefined && { endMs }),
    statusCode,
    attributes,
  }
}

/**
 * Nanoseconds to milliseconds with whole microseconds as the fraction; finer digits are cut, never rounded into the
 * next millisecond (a price may change there). undefined for 0.
 */
export function msFromNano(high: number, low: number): number | undefined {
  if (high === 0 && low === 0) return undefined
  const rest = (high % 1000) * 4_294_967_296 + low
  return (Math.floor(high / 1000) * 4_294_967_296 + Math.floor(rest / 1000)) / 1000
}

function readStatus(reader: WireReader, end: number): number {
  const outer = reader.end
  reader.end = end
  let code = 0
  while (reader.tag()) {
    if (reader.field === 3 && reader.wire === 0) code = reader.varint32()
    else reader.skip()
  }
  reader.end = outer
  if (reader.broken) reader.position = outer
  return code
}

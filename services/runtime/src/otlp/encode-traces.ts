import type { OtlpResource, OtlpScope, OtlpSpan } from '@spanledger/schemas/events/otlp'
import { writeAttributes } from './attribute-writer.ts'
import { WireWriter } from './wire-writer.ts'

const writer = new WireWriter()

/**
 * Spans as an OTLP ExportTraceServiceRequest: what `decodeTraces` reads back to equal spans. Spans that share a
 * resource and a scope (the same objects) stand together; they keep their order where they do. A resource must not
 * change once it was written.
 */
export function encodeTraces(spans: readonly OtlpSpan[]): Uint8Array {
  writer.reset()
  const resources = groupBy(spans, (span) => span.resource)
  for (const [resource, ofResource] of resources.toReversed()) {
    const end = writer.mark()
    for (const [scope, ofScope] of groupBy(ofResource, (span) => span.scope).toReversed()) {
      const scopeEnd = writer.mark()
      for (let at = ofScope.length - 1; at >= 0; at--) writeSpan(ofScope[at] as OtlpSpan)
      writeScope(scope)
      writer.block(2, scopeEnd)
    }
    writeResource(resource)
    writer.block(1, end)
  }
  return writer.take()
}

function groupBy<K>(spans: readonly OtlpSpan[], keyOf: (span: OtlpSpan) => K): [K, OtlpSpan[]][] {
  const first = spans[0]
  if (first !== undefined && spans.length === 1) return [[keyOf(first), [first]]]
  const groups = new Map<K, OtlpSpan[]>()
  for (const span of spans) {
    const key = keyOf(span)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [span])
    else group.push(span)
  }
  return [...groups]
}

/** Written back to front: what a message holds is written before its length and tag, and attributes end up reversed. */
function writeSpan(span: OtlpSpan): void {
  const end = writer.mark()
  if (span.statusCode !== 0) {
    const status = writer.mark()
    writer.varintField(3, span.statusCode)
    writer.block(15, status)
  }
  writeAttributes(writer, 9, span.attributes)
  if (span.endMs !== undefined) writer.nanoField(8, span.endMs)
  if (span.startMs !== undefined) writer.nanoField(7, span.startMs)
  if (span.kind !== 0) writer.varintField(6, span.kind)
  if (span.name !== '') writer.textField(5, span.name)
  if (span.parentSpanId !== '') writer.hexField(4, span.parentSpanId)
  if (span.spanId !== '') writer.hexField(2, span.spanId)
  if (span.traceId !== '') writer.hexField(1, span.traceId)
  writer.block(2, end)
}

function writeScope(scope: OtlpScope): void {
  if (scope.name === '' && scope.version === '') return
  const end = writer.mark()
  if (scope.version !== '') writer.textField(2, scope.version)
  if (scope.name !== '') writer.textField(1, scope.name)
  writer.block(1, end)
}

/** A batch that is split by identity repeats its resource in every record: its bytes are made once. */
const resourceBytes = new WeakMap<OtlpResource, Uint8Array>()

function writeResource(resource: OtlpResource): void {
  if (resource.attributes.size === 0) return
  const known = resourceBytes.get(resource)
  if (known !== undefined) return writer.raw(known)
  const end = writer.mark()
  writeAttributes(writer, 1, resource.attributes)
  writer.block(1, end)
  resourceBytes.set(resource, writer.since(end))
}

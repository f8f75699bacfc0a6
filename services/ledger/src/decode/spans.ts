import { keptAttributes } from '@spanledger/schemas/events/content-attributes'
import type { OtlpSpan } from '@spanledger/schemas/events/otlp'
import type { LogEntry } from '@spanledger/runtime/event-log/port'
import { decodeTraces } from '@spanledger/runtime/otlp/decode-traces'
import { attributeSpan } from '../attribution/span-attribution.ts'
import { Texts } from '../attribution/texts.ts'
import { recognise } from '../dialects/registry.ts'
import { observeSpan } from '../normalise/span.ts'
import type { Observation } from '../observation.ts'
import { type DropReason, none, type Reading, type Rejected, rejection } from './reading.ts'
import { scrubSpan } from './scrub.ts'

/** An export request of any OTLP producer. What the door would have removed is removed while decoding. */
export function readSpans(entry: LogEntry, stampedTenant: string | undefined, defaultTenant: string): Reading {
  let spans: readonly OtlpSpan[]
  try {
    spans = decodeTraces(entry.value, keptAttributes)
  } catch {
    return rejection({
      tenant: stampedTenant ?? defaultTenant,
      code: 'RECORD_UNDECODABLE',
      message: 'the record is not an OTLP trace export request in protobuf',
    })
  }
  const observations: Observation[] = []
  const rejected: Rejected[] = []
  const dropped: { [reason in DropReason]?: number } = {}
  const drop = (reason: DropReason) => {
    dropped[reason] = (dropped[reason] ?? 0) + 1
  }
  for (const span of spans) {
    const found = recognise(span)
    if (!found) drop('not_genai')
    else if (!found.dialect) drop('dialect_not_supported')
    else {
      const verdict = found.dialect.gate(span)
      if (verdict !== 'leaf') {
        drop(verdict)
        continue
      }
      const parts = found.dialect.read(span)
      const tenant = stampedTenant ?? tenantOf(span) ?? defaultTenant
      const who = attributeSpan(span, parts.places)
      const read = observeSpan(span, found.name, parts, who, tenant, entry.appendedAtMs)
      if (read.kind === 'ok') observations.push(read.value)
      else if (read.kind === 'reject') {
        rejected.push({ tenant, code: read.reason, message: read.message, record: scrubSpan(span) })
      }
    }
  }
  return { observations, rejected: rejected.length > 0 ? rejected : none, dropped }
}

function tenantOf(span: OtlpSpan): string | undefined {
  return new Texts().clean(span.resource.attributes.get('spanledger.tenant'))
}

import type { RecordAttribution } from '@spanledger/schemas/attribution/attribution'
import { lifted } from '@spanledger/schemas/events/lifted'
import type { AttributeValue, OtlpSpan } from '@spanledger/schemas/events/otlp'
import { reject } from '@spanledger/schemas/result'
import type { SpanParts } from '../dialects/dialect.ts'
import type { Observation } from '../observation.ts'
import type { Judged } from './judged.ts'
import { observeRecord, usableId } from './record.ts'

/** What a dialect read of a leaf span, as an observation; or why it cannot be charged. */
export function observeSpan(
  span: OtlpSpan,
  dialect: string,
  parts: SpanParts,
  who: RecordAttribution,
  tenant: string,
  receivedAt: number,
): Judged<Observation> {
  const hasSpanId = span.traceId !== '' && span.spanId !== ''
  if (!hasSpanId && usableId(parts.responseId) === undefined) {
    return reject(
      'SPAN_ID_INVALID',
      'no valid trace id and span id, and no response id: nothing to know this request by',
    )
  }
  const record = {
    source: 'span' as const,
    dialect,
    scope: span.scope.name,
    traceId: hasSpanId ? span.traceId : undefined,
    spanId: hasSpanId ? span.spanId : undefined,
    parentSpanId: hasSpanId && span.parentSpanId !== '' ? span.parentSpanId : undefined,
    eventId: undefined,
    startMs: span.startMs,
    latencyMs: span.startMs === undefined || span.endMs === undefined ? undefined : span.endMs - span.startMs,
    inputCharacters: charactersOf(span.attributes.get(lifted.inputCharacters)),
    serviceTier: textOf(span.attributes.get(lifted.serviceTier)),
    outputCharacters: charactersOf(span.attributes.get(lifted.outputCharacters)),
  }
  return observeRecord(record, parts, who, tenant, receivedAt)
}

function textOf(value: AttributeValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** No text is longer than what the door takes at once; other producers may write what they like. */
const maxCharacters = 1e9

function charactersOf(value: AttributeValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maxCharacters
    ? value
    : undefined
}

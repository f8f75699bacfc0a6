import { attribute } from '@spanledger/schemas/attribution/attribution'
import { Texts } from '@spanledger/schemas/attribution/texts'
import type { RejectCode } from '@spanledger/schemas/codes'
import { keptAttributes } from '@spanledger/schemas/events/content-attributes'
import type { OtlpSpan } from '@spanledger/schemas/events/otlp'
import { drop } from '@spanledger/schemas/result'
import type { LogEntry } from '@spanledger/runtime/event-log/port'
import { decodeTraces } from '@spanledger/runtime/otlp/decode-traces'
import type { SpanDrop } from '../dialects/dialect.ts'
import { recognise } from '../dialects/registry.ts'
import type { Judged } from '../normalise/judged.ts'
import { observeSpan } from '../normalise/span.ts'
import type { Observation } from '../observation.ts'
import { type DropReason, none, type Reading, type Rejected, rejection } from './reading.ts'
import { scrubSpan } from './scrub.ts'

/** A span with ids takes 30 bytes: a record with many more spans than fit is made to fill the memory. */
const minSpanBytes = 24
const fewSpans = 100
/** Of the dead letters of one record: a resource stands in each of them, and in the record once. */
const rejectedCharsPerByte = 4
const rejectedCharsAlways = 4_096

/** An export request of any OTLP producer. What the door would have removed is removed while decoding. */
export function readSpans(entry: LogEntry, stampedTenant: string | undefined, defaultTenant: string): Reading {
  const undecodable = (message: string): Rejected => ({
    tenant: stampedTenant ?? defaultTenant,
    code: 'RECORD_UNDECODABLE',
    message,
  })
  const maxSpans = Math.max(fewSpans, Math.floor(entry.value.length / minSpanBytes))
  const decoded = decodeTraces(entry.value, keptAttributes, maxSpans)
  if (decoded.kind === 'reject' && decoded.reason === 'EVENT_TOO_LARGE') {
    const message = `the record has more than ${maxSpans} spans in ${entry.value.length} bytes: most of them say nothing`
    return rejection({ ...undecodable(message), code: 'EVENT_TOO_LARGE' })
  }
  if (decoded.kind !== 'ok') {
    return rejection(undecodable('the record is not an OTLP trace export request in protobuf'))
  }
  const observations: Observation[] = []
  const rejected: Rejected[] = []
  const dropped: { [reason in DropReason]?: number } = {}
  const untold = new Map<RejectCode, number>()
  let room = rejectedCharsAlways + entry.value.length * rejectedCharsPerByte
  for (const span of decoded.value.spans) {
    const tenant = stampedTenant ?? tenantOf(span) ?? defaultTenant
    const read = readSpan(span, tenant, entry.appendedAtMs)
    if (read.kind === 'ok') observations.push(read.value)
    else if (read.kind === 'drop') dropped[read.reason] = (dropped[read.reason] ?? 0) + 1
    else if (room <= 0) untold.set(read.reason, (untold.get(read.reason) ?? 0) + 1)
    else {
      const record = scrubSpan(span)
      room -= record.length
      rejected.push({ tenant, code: read.reason, message: read.message, record })
    }
  }
  for (const [code, count] of untold) {
    rejected.push({ ...undecodable(`${count} more spans of the record are refused like those before`), code })
  }
  const broken = decoded.value.undecodable
  if (broken > 0) rejected.push(undecodable(`${broken} spans of the record cannot be decoded`))
  return { observations, rejected: rejected.length > 0 ? rejected : none, dropped }
}

function readSpan(
  span: OtlpSpan,
  tenant: string,
  receivedAt: number,
): Judged<Observation> | ReturnType<typeof drop<SpanDrop>> {
  const recognised = recognise(span)
  if (!recognised) return drop('not_genai')
  const { dialect } = recognised
  if (!dialect) return drop('dialect_not_supported')
  const verdict = dialect.gate(span)
  if (verdict !== 'leaf') return drop(verdict)
  const parts = dialect.read(span)
  return observeSpan(span, dialect.name, parts, attribute(span), tenant, receivedAt)
}

function tenantOf(span: OtlpSpan): string | undefined {
  return new Texts().clean(span.resource.attributes.get('spanledger.tenant'))
}

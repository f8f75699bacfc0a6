import type { Attributed } from '@spanledger/schemas/attribution/attribution'
import type { Attributor } from '@spanledger/schemas/attribution/attributor'
import { Texts } from '@spanledger/schemas/attribution/texts'
import type { RejectCode } from '@spanledger/schemas/codes'
import type { Attribution } from '@spanledger/schemas/events/dimensions'
import type { OtlpResource } from '@spanledger/schemas/events/otlp'
import type { drop, Result } from '@spanledger/schemas/result'
import type { LogEntry } from '@spanledger/runtime/event-log/port'
import type { Judged } from '../normalise/judged.ts'
import type { Observation } from '../observation.ts'
import { type DropReason, none, type Reading, type Rejected, rejection } from './reading.ts'

/** A record of ids alone takes 30 bytes: one with many more records than fit is made to fill the memory. */
const minRecordBytes = 24
const fewRecords = 100
/** Of the dead letters of one entry: a resource stands in each of them, and in the entry once. */
const rejectedCharsPerByte = 4
const rejectedCharsAlways = 4_096

export interface OtlpRecord {
  readonly resource: OtlpResource
}

/** Whose an entry's records are. */
export interface Tenancy {
  readonly stamped: string | undefined
  /** Where neither the door nor the resource says. */
  readonly otherwise: string
}

/** By what an entry's records are attributed. */
export interface Attributing {
  readonly attributor: Attributor
  /** What the door read from the API key. */
  readonly pins: Attribution
}

export interface RecordReader<R extends Attributed> {
  /** Of many records, and of the export request, for messages. */
  readonly nouns: { readonly records: string; readonly request: string }
  decode(
    value: Uint8Array,
    max: number,
    attributor: Attributor,
  ): Result<{ records: readonly R[]; undecodable: number }, RejectCode>
  read(
    record: R,
    tenant: string,
    receivedAt: number,
    attributor: Attributor,
  ): Judged<Observation> | ReturnType<typeof drop<DropReason>>
  /** What is left of a refused record for the dead letters. */
  scrub(record: R): string
}

/** An export request of any OTLP producer. What the door would have removed is removed while decoding. */
export function readRecords<R extends Attributed>(
  entry: LogEntry,
  tenancy: Tenancy,
  { attributor, pins }: Attributing,
  reader: RecordReader<R>,
): Reading {
  const { nouns } = reader
  const undecodable = (message: string): Rejected => ({
    tenant: tenancy.stamped ?? tenancy.otherwise,
    code: 'RECORD_UNDECODABLE',
    message,
  })
  const max = maxRecordsOf(entry)
  const decoded = reader.decode(entry.value, max, attributor)
  if (decoded.kind === 'reject' && decoded.reason === 'EVENT_TOO_LARGE') {
    const message = `the record has more than ${max} ${nouns.records} in ${entry.value.length} bytes: most of them say nothing`
    return rejection({ ...undecodable(message), code: 'EVENT_TOO_LARGE' })
  }
  if (decoded.kind !== 'ok')
    return rejection(undecodable(`the record is not an OTLP ${nouns.request} export request in protobuf`))
  const observations: Observation[] = []
  const rejected: Rejected[] = []
  const dropped: { [reason in DropReason]?: number } = {}
  const untold = new Map<RejectCode, number>()
  let room = rejectedCharsAlways + entry.value.length * rejectedCharsPerByte
  for (const record of decoded.value.records) {
    const tenant = tenantOf(record, tenancy)
    const read = reader.read(record, tenant, entry.appendedAtMs, attributor)
    if (read.kind === 'ok') observations.push(attributor.settle(read.value, record, pins))
    else if (read.kind === 'drop') dropped[read.reason] = (dropped[read.reason] ?? 0) + 1
    else if (room <= 0) untold.set(read.reason, (untold.get(read.reason) ?? 0) + 1)
    else {
      const text = reader.scrub(record)
      room -= text.length
      rejected.push({ tenant, code: read.reason, message: read.message, record: text })
    }
  }
  for (const [code, count] of untold) {
    rejected.push({
      ...undecodable(`${count} more ${nouns.records} of the record are refused like those before`),
      code,
    })
  }
  const broken = decoded.value.undecodable
  if (broken > 0) rejected.push(undecodable(`${broken} ${nouns.records} of the record cannot be decoded`))
  return { observations, rejected: rejected.length > 0 ? rejected : none, dropped }
}

/** How many records an entry may hold for its size. */
export function maxRecordsOf({ value }: LogEntry): number {
  return Math.max(fewRecords, Math.floor(value.length / minRecordBytes))
}

export function tenantOf({ resource }: OtlpRecord, { stamped, otherwise }: Tenancy): string {
  return stamped ?? new Texts().clean(resource.attributes.get('spanledger.tenant')) ?? otherwise
}

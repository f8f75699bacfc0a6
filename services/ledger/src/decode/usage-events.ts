import type { RejectCode } from '@spanledger/schemas/codes'
import { readUsageEvent, type UsageEvent } from '@spanledger/schemas/events/usage-event'
import { reject, type Result } from '@spanledger/schemas/result'
import type { UsageEventCodec } from '@spanledger/runtime/avro/usage-event-codec'
import type { LogEntry } from '@spanledger/runtime/event-log/port'
import { observeUsageEvent } from '../normalise/usage-event.ts'
import type { Attributing } from './otlp-records.ts'
import { noDrops, none, type Reading, rejection } from './reading.ts'
import { scrubUsageEvent } from './scrub.ts'

const magicOfConfluent = 0x00

type Decoded = Result<UsageEvent, RejectCode> & { readonly json?: unknown }

/**
 * One event a record: Avro in Confluent wire format, or JSON (byte 0x7b), by producers without Avro. The door has checked
 * it; other producers have not, so it is checked again.
 */
export function readUsageEvents(
  entry: LogEntry,
  tenant: string,
  { attributor, pins }: Attributing,
  codec: UsageEventCodec,
): Reading {
  const { value, appendedAtMs } = entry
  const event: Decoded = value[0] === magicOfConfluent ? codec.decode(value, appendedAtMs) : decodeJson(entry)
  if (event.kind === 'ok') {
    const observed = observeUsageEvent(event.value, tenant, appendedAtMs)
    const observations = [attributor.settle(observed, undefined, pins)]
    return { observations, rejected: none, dropped: noDrops }
  }
  const message = event.kind === 'reject' ? event.message : ''
  const record = event.json === undefined ? undefined : scrubUsageEvent(event.json)
  return rejection({ tenant, code: event.reason, message, ...(record !== undefined && { record }) })
}

function decodeJson({ value, appendedAtMs }: LogEntry): Decoded {
  let json: unknown
  try {
    json = JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8'))
  } catch {
    return reject('RECORD_UNDECODABLE', 'the record is neither Avro in Confluent wire format nor JSON')
  }
  return { ...readUsageEvent(json, appendedAtMs), json }
}

import { readUsageEvent } from '@spanledger/schemas/events/usage-event'
import type { LogEntry } from '@spanledger/runtime/event-log/port'
import { observeUsageEvent } from '../normalise/usage-event.ts'
import { noDrops, none, type Reading, rejection } from './reading.ts'
import { scrubUsageEvent } from './scrub.ts'

const magicOfConfluent = 0x00

/** One JSON event a record. The door has checked it; other producers have not, so it is checked again. */
export function readUsageEvents(entry: LogEntry, tenant: string): Reading {
  const { value } = entry
  if (value.length > 0 && value[0] === magicOfConfluent) {
    return rejection({
      tenant,
      code: 'RECORD_UNDECODABLE',
      message: 'Avro in Confluent wire format is not supported yet: send the event as JSON',
    })
  }
  let json: unknown
  try {
    json = JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8'))
  } catch {
    return rejection({ tenant, code: 'RECORD_UNDECODABLE', message: 'the record is not JSON' })
  }
  const event = readUsageEvent(json, entry.appendedAtMs)
  if (event.kind === 'ok') {
    const observations = [observeUsageEvent(event.value, tenant, entry.appendedAtMs)]
    return { observations, rejected: none, dropped: noDrops }
  }
  const message = event.kind === 'reject' ? event.message : ''
  return rejection({ tenant, code: event.reason, message, record: scrubUsageEvent(json) })
}

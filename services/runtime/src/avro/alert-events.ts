import type { AlertEvent } from '@spanledger/schemas/events/alert'
import { topics } from '@spanledger/schemas/events/topics'
import avro from 'avsc'
import { SpanledgerError } from '../errors.ts'
import { type AlertEventRecord, fromAlertRecord, toAlertRecord } from './alert-event-record.ts'
import { compileReader, type SchemaReader } from './compile-reader.ts'
import { createFileSchemaRegistry } from './file-schema-registry.ts'
import { newestSchemaOf, releasedSchemas, subjectOf } from './released-schemas.ts'
import type { SchemaRegistry } from './schema-registry.ts'
import { bodyOf, schemaIdOf, wireHeaderBytes, writeWireHeader } from './wire-format.ts'
import { createWriterSchemas } from './writer-schemas.ts'

/** Alert events as values of the topic `alerts`: Avro in Confluent's wire format, under the ids of a registry. */
export interface AlertEventCodec {
  /** Learns the id of our schema, once; `encode` needs it. Rejects with a SpanledgerError while the registry is away. */
  ready(): Promise<void>
  /** Throws before `ready` has resolved. */
  encode(event: AlertEvent): Uint8Array
  /** Looks up what these values were written with. Rejects with a retryable SpanledgerError while the registry is away. */
  prepare(values: Iterable<Uint8Array>): Promise<void>
  /**
   * Throws a SpanledgerError: `ALERT_EVENT_UNDECODABLE` (not retryable) for what no detector has written, a retryable one
   * for what was not prepared.
   */
  decode(value: Uint8Array): AlertEvent
}

const released = newestSchemaOf(topics.alerts)
const type = avro.Type.forSchema(JSON.parse(released.schema) as avro.Schema)
const releasedReaders = new Map<number, SchemaReader>()
for (const { id, subject, schema } of releasedSchemas()) {
  const reader = subject === released.subject ? compileReader(type, schema) : undefined
  if (reader?.kind === 'ok') releasedReaders.set(id, reader.value)
}

/** The event as a value of the topic `alerts`, under the id that the schema has without a registry. */
export function encodeAlertEvent(event: AlertEvent): Uint8Array {
  return write(event, released.id)
}

/** Throws a SpanledgerError `ALERT_EVENT_UNDECODABLE` (not retryable) for what no `encodeAlertEvent` has written. */
export function decodeAlertEvent(value: Uint8Array): AlertEvent {
  const id = schemaIdOf(value)
  const reader = id === undefined ? undefined : releasedReaders.get(id)
  if (reader === undefined) throw undecodable('its schema is none of this release')
  return read(reader, value)
}

export function createAlertEventCodec(
  registry: SchemaRegistry = createFileSchemaRegistry(),
  { topicPrefix = '' }: { readonly topicPrefix?: string | undefined } = {},
): AlertEventCodec {
  const writers = createWriterSchemas(registry, type)
  let schemaId: number | undefined
  return {
    async ready() {
      schemaId ??= await registry.register(subjectOf(topicPrefix + topics.alerts), released.schema)
    },
    encode(event) {
      if (schemaId === undefined) throw new TypeError('encode was called before ready')
      return write(event, schemaId)
    },
    prepare: (values) => writers.prepare([...values].flatMap((value) => schemaIdOf(value) ?? [])),
    decode(value) {
      const id = schemaIdOf(value)
      if (id === undefined) throw undecodable('it is not Avro in Confluent wire format')
      const reader = writers.readerOf(id)
      if (reader.kind !== 'ok') throw undecodable(reader.kind === 'reject' ? reader.message : '')
      return read(reader.value, value)
    },
  }
}

function write(event: AlertEvent, schemaId: number): Uint8Array {
  const body = type.toBuffer(toAlertRecord(event))
  const value = Buffer.alloc(wireHeaderBytes + body.length)
  writeWireHeader(value, schemaId)
  body.copy(value, wireHeaderBytes)
  return value
}

function read(reader: SchemaReader, value: Uint8Array): AlertEvent {
  const decoded = reader.decode(bodyOf(value))
  if (decoded.kind !== 'ok') throw undecodable(decoded.kind === 'reject' ? decoded.message : '')
  try {
    return fromAlertRecord(decoded.value as AlertEventRecord)
  } catch (cause) {
    throw undecodable(cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function undecodable(problem: string, cause?: unknown): SpanledgerError {
  return new SpanledgerError('ALERT_EVENT_UNDECODABLE', `a record of the topic alerts cannot be read: ${problem}`, {
    retryable: false,
    hint: 'only the anomaly detector writes this topic: find who else does',
    cause,
  })
}

import type { RejectCode } from '@spanledger/schemas/codes'
import { topics } from '@spanledger/schemas/events/topics'
import { readUsageEvent, type UsageEvent } from '@spanledger/schemas/events/usage-event'
import { ok, reject, type Result } from '@spanledger/schemas/result'
import avro from 'avsc'
import { asJsonEvent } from './as-json-event.ts'
import { createUsageEventDecoder } from './decode-usage-event.ts'
import { createUsageEventEncoder } from './encode-usage-event.ts'
import { createFileSchemaRegistry } from './file-schema-registry.ts'
import { exactLong } from './exact-long.ts'
import { newestSchemaOf, subjectOf } from './released-schemas.ts'
import type { SchemaRegistry } from './schema-registry.ts'
import { bodyOf, schemaIdOf } from './wire-format.ts'
import { createWriterSchemas } from './writer-schemas.ts'

export type DecodedUsageEvent = Result<UsageEvent, RejectCode> & {
  /** Of a refused event: what it says, as `POST /v1/usage` would take it. Not scrubbed. */
  readonly json?: unknown
}

/** Usage events as values of the topic `usage_events`: Avro in Confluent's wire format. */
export interface UsageEventCodec {
  /**
   * Learns the id of our schema, once; `encode` needs it. Rejects with a SpanledgerError while the registry is away, and
   * may then be called again.
   */
  ready(): Promise<void>
  /** Throws before `ready` has resolved. */
  encode(event: UsageEvent): Uint8Array
  /**
   * Looks up the schemas that these values were written with, so that `decode` need not wait; other values are passed
   * over. Rejects with a retryable SpanledgerError while the registry is away.
   */
  prepare(values: Iterable<Uint8Array>): Promise<void>
  /**
   * By the rules of `readUsageEvent`, whatever producer wrote it; a function of its arguments and the writer's schema.
   * Throws a retryable SpanledgerError when its schema was not prepared.
   */
  decode(value: Uint8Array, receivedAtMs: number): DecodedUsageEvent
}

export interface UsageEventCodecOptions {
  /** Before the subject's name, where the topics have one. */
  readonly topicPrefix?: string | undefined
}

export function createUsageEventCodec(
  registry: SchemaRegistry = createFileSchemaRegistry(),
  { topicPrefix = '' }: UsageEventCodecOptions = {},
): UsageEventCodec {
  const { schema } = newestSchemaOf(topics.usageEvents)
  const type = avro.Type.forSchema(JSON.parse(schema) as avro.Schema, { typeHook: exactLong })
  const writers = createWriterSchemas(registry, type)
  const decodeFast = createUsageEventDecoder()
  let encode: ((event: UsageEvent) => Uint8Array) | undefined
  let registering: Promise<void> | undefined

  async function register(): Promise<void> {
    const id = await registry.register(subjectOf(topicPrefix + topics.usageEvents), schema)
    encode = createUsageEventEncoder(id)
  }

  return {
    ready() {
      if (encode !== undefined) return Promise.resolve()
      return (registering ??= register().finally(() => (registering = undefined)))
    },
    encode(event) {
      if (encode === undefined) throw new TypeError('encode was called before ready')
      return encode(event)
    },
    prepare(values) {
      const ids = new Set<number>()
      let last: number | undefined
      for (const value of values) {
        const id = schemaIdOf(value)
        if (id !== undefined && id !== last) ids.add(id)
        last = id
      }
      return writers.prepare(ids)
    },
    decode(value, receivedAtMs) {
      const id = schemaIdOf(value)
      if (id === undefined) return notWireFormat
      const found = writers.readerOf(id)
      if (found.kind !== 'ok') return found
      const fast = found.value.same ? decodeFast(value, receivedAtMs) : undefined
      if (fast !== undefined) return ok(fast)
      const decoded = found.value.decode(bodyOf(value))
      if (decoded.kind !== 'ok') return undecodable(id, decoded.kind === 'reject' ? decoded.message : '')
      const event = asJsonEvent(decoded.value)
      if (event.kind !== 'ok') return event
      const read = readUsageEvent(event.value, receivedAtMs)
      return read.kind === 'ok' ? read : { ...read, json: event.value }
    },
  }
}

function undecodable(id: number, problem: string): DecodedUsageEvent {
  const message = `the body is not what schema ${id} says: ${problem}; check which schema the producer writes with`
  return reject('RECORD_UNDECODABLE', message)
}

const notWireFormat: DecodedUsageEvent = {
  kind: 'reject',
  reason: 'RECORD_UNDECODABLE',
  message: 'the record is too short for Avro in Confluent wire format: byte 0, 4 bytes of schema id, the body',
}

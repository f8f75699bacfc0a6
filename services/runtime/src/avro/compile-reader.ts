import { ok, reject, type Result } from '@spanledger/schemas/result'
import { cutText, safeText } from '@spanledger/schemas/events/safe-text'
import avro from 'avsc'
import { findAvroProblem } from './find-avro-problem.ts'

/** How bytes of one writer's schema are read into ours. */
export interface SchemaReader {
  /** The writer's schema is the reader's: names, order and types; docs and defaults do not matter on the wire. */
  readonly same: boolean
  /** Never throws, whatever the bytes; bounded in time and memory. */
  decode(body: Uint8Array): Result<unknown, 'RECORD_UNDECODABLE'>
}

const maxSchemaLength = 256 * 1024
const maxSchemaDepth = 64

/**
 * Resolves a writer's schema (JSON text from a registry, not trusted) to the reader's, by Avro's rules; the namespace does
 * not matter, as code generators put their own there.
 */
export function compileReader(reader: avro.Type, writerSchema: string): Result<SchemaReader, 'SCHEMA_INCOMPATIBLE'> {
  if (writerSchema.length > maxSchemaLength) return incompatible(`it is longer than ${maxSchemaLength} characters`)
  let writer: avro.Type
  let resolver: ReturnType<avro.Type['createResolver']>
  try {
    const schema: unknown = JSON.parse(writerSchema)
    if (isDeeper(schema, maxSchemaDepth)) return incompatible(`it is nested more than ${maxSchemaDepth} deep`)
    writer = avro.Type.forSchema(schema as avro.Schema)
    resolver = reader.createResolver(writer, { ignoreNamespaces: true })
  } catch (error) {
    return incompatible((error as Error).message)
  }
  return ok({
    same: reader.equals(writer),
    decode(body) {
      const problem = findAvroProblem(writer, body)
      if (problem !== undefined) return undecodable(problem)
      try {
        return ok(reader.fromBuffer(Buffer.from(body.buffer, body.byteOffset, body.byteLength), resolver))
      } catch (error) {
        return undecodable((error as Error).message)
      }
    },
  })
}

function incompatible(problem: string) {
  return reject('SCHEMA_INCOMPATIBLE' as const, brief(problem))
}

function undecodable(problem: string) {
  return reject('RECORD_UNDECODABLE' as const, brief(problem))
}

/** avsc quotes schemas, which can be long; it never quotes values that it reads. */
function brief(problem: string): string {
  return cutText(safeText(problem), 200)
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1))
}

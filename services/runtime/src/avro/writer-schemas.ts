import { reject, type Result } from '@spanledger/schemas/result'
import type avro from 'avsc'
import { SpanledgerError } from '../errors.ts'
import { compileReader, type SchemaReader } from './compile-reader.ts'
import { releasedSchemas } from './released-schemas.ts'
import type { SchemaLookup, SchemaRegistry } from './schema-registry.ts'

type Found = Result<SchemaReader, 'SCHEMA_UNKNOWN' | 'SCHEMA_INCOMPATIBLE'>

/** Readers for the schemas that writers used, by id: looked up before they are needed, so that reading need not wait. */
export interface WriterSchemas {
  /**
   * Afterwards `readerOf` has an answer for each of these ids. Rejects with a retryable SpanledgerError when the registry
   * is away. What it did not know last time is asked again: it may have been registered since.
   */
  prepare(ids: Iterable<number>): Promise<void>
  /** Throws a retryable SpanledgerError for an id that was not prepared, or was forgotten since. */
  readerOf(id: number): Found
}

const maxRemembered = 4_096
const lookupsAtOnce = 8

export function createWriterSchemas(registry: SchemaRegistry, reader: avro.Type): WriterSchemas {
  const known = new Map<number, Found>()

  async function find(id: number): Promise<Found> {
    // What was written before there was a registry is still in the log when there is one.
    const released = releasedSchemas().find((each) => each.id === id)
    const lookup: SchemaLookup = released ? { kind: 'found', ...released } : await registry.lookup(id)
    if (lookup.kind === 'unknown') {
      const message = `the registry has no schema ${id}: register the producer's schema, then replay this record`
      return reject('SCHEMA_UNKNOWN', message)
    }
    const compiled =
      lookup.kind === 'found'
        ? compileReader(reader, lookup.schema)
        : reject('SCHEMA_INCOMPATIBLE' as const, lookup.problem)
    if (compiled.kind !== 'reject') return compiled
    const what = `schema ${id} cannot be read as ${reader.name}: ${compiled.message}`
    return reject('SCHEMA_INCOMPATIBLE', `${what}; write with a schema that follows schemas/events`)
  }

  return {
    async prepare(ids) {
      const wanted = [...new Set(ids)].filter((id) => isUnsettled(known.get(id)))
      if (wanted.length === 0) return
      if (known.size + wanted.length > maxRemembered) known.clear()
      for (let start = 0; start < wanted.length; start += lookupsAtOnce) {
        await Promise.all(
          wanted.slice(start, start + lookupsAtOnce).map(async (id) => void known.set(id, await find(id))),
        )
      }
    },
    readerOf(id) {
      const found = known.get(id)
      if (found !== undefined) return found
      throw new SpanledgerError('SCHEMA_NOT_PREPARED', `schema ${id} has not been looked up`, {
        retryable: true,
        hint: 'the batch is read again, and looks it up first',
      })
    },
  }
}

function isUnsettled(found: Found | undefined): boolean {
  return found === undefined || (found.kind === 'reject' && found.reason === 'SCHEMA_UNKNOWN')
}

import { SpanledgerError } from '../errors.ts'
import { type ReleasedSchema, releasedSchemas } from './released-schemas.ts'
import type { SchemaRegistry } from './schema-registry.ts'

/** The registry of those who run none: the schemas that come with this release, under fixed ids. Never waits for anything. */
export function createFileSchemaRegistry(schemas: readonly ReleasedSchema[] = releasedSchemas()): SchemaRegistry {
  return {
    async register(subject, schema) {
      const wanted = normalised(schema)
      // Topics may have a prefix, which their subjects then have too; the ids are the same for all.
      const known = schemas.find((each) => subject.endsWith(each.subject) && normalised(each.schema) === wanted)
      if (known !== undefined) return known.id
      throw new SpanledgerError('SCHEMA_NOT_RELEASED', `this schema of ${subject} has no id in schema-ids.json`, {
        retryable: false,
        hint: 'use a schema of this release, or a schema registry (SCHEMA_REGISTRY_URL)',
      })
    },
    async lookup(id) {
      const known = schemas.find((each) => each.id === id)
      return known === undefined ? { kind: 'unknown' } : { kind: 'found', schema: known.schema }
    },
  }
}

function normalised(schema: string): string {
  return JSON.stringify(JSON.parse(schema))
}

/** What is known of a schema id. A registry that cannot be reached is an error, never one of these. */
export type SchemaLookup =
  | { readonly kind: 'found'; readonly schema: string }
  /** The registry answered that it has no such schema. */
  | { readonly kind: 'unknown' }
  /** There is something under this id, but no Avro schema that can be used. `problem` says what, for a person. */
  | { readonly kind: 'unusable'; readonly problem: string }

/**
 * Gives Avro schemas their ids (Confluent wire format: byte 0, the id as 4 bytes big-endian, the Avro body).
 * Both methods reject with a retryable SpanledgerError `SCHEMA_REGISTRY_UNAVAILABLE` when the registry cannot be reached.
 */
export interface SchemaRegistry {
  /** The id under which this schema (JSON text) is known for the subject; registers it where the registry lets us. */
  register(subject: string, schema: string): Promise<number>
  lookup(id: number): Promise<SchemaLookup>
}

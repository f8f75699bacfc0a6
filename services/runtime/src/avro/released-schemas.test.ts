import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import alertSample from '@spanledger/schemas/events/alert-event.v1.sample.json' with { type: 'json' }
import httpSample from '@spanledger/schemas/events/usage-event.sample.json' with { type: 'json' }
import usageSample from '@spanledger/schemas/events/usage-event.v1.sample.json' with { type: 'json' }
import { readUsageEvent } from '@spanledger/schemas/events/usage-event'
import avro from 'avsc'
import { describe, expect, test } from 'vitest'
import { asJsonEvent } from './as-json-event.ts'
import { type ReleasedSchema, releasedSchemas } from './released-schemas.ts'

const directory = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@spanledger/schemas/package.json')),
  'events',
)
const schemas = releasedSchemas()
const subjects = [...new Set(schemas.map(({ subject }) => subject))]

interface Field {
  readonly name: string
  readonly doc?: string
  readonly type: unknown
  readonly default?: unknown
}

const parse = (schema: string) => JSON.parse(schema) as { fields: Field[] }
const typeOf = (schema: string) => avro.Type.forSchema(parse(schema) as unknown as avro.Schema)

/** Why the one cannot read what the other wrote, or undefined. Values of every branch and size are tried. */
function problemOf(reader: avro.Type, writer: avro.Type): string | undefined {
  try {
    const resolver = reader.createResolver(writer)
    for (let n = 0; n < 50; n++) reader.fromBuffer(writer.toBuffer(writer.random()), resolver)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** FULL_TRANSITIVE compatibility: every version reads every other's records, older and newer. */
function incompatibilities(versions: readonly string[]): string[] {
  const types = versions.map(typeOf)
  return types.flatMap((reader, r) => {
    return types.flatMap((writer, w) => {
      const problem = problemOf(reader, writer)
      return problem === undefined ? [] : [`version ${r + 1} cannot read version ${w + 1}: ${problem}`]
    })
  })
}

function fieldsWithin(type: unknown): Field[] {
  if (Array.isArray(type)) return type.flatMap(fieldsWithin)
  if (typeof type !== 'object' || type === null) return []
  if ('fields' in type) return (type.fields as Field[]).flatMap((field) => [field, ...fieldsWithin(field.type)])
  return 'type' in type ? fieldsWithin(type.type) : []
}

test('a released schema never changes: what it was is in its hash', () => {
  for (const { file, sha256 } of schemas) {
    const now = createHash('sha256')
      .update(readFileSync(path.join(directory, file)))
      .digest('hex')
    expect(`${file} ${now}`, `${file} was released: leave it, and add the next version as a file of its own`).toBe(
      `${file} ${sha256}`,
    )
  }
})

test('every schema file is released, under an id of its own', () => {
  const files = readdirSync(directory).filter((name) => name.endsWith('.avsc'))
  expect(schemas.map(({ file }) => file).toSorted()).toEqual(files.toSorted())
  expect(new Set(schemas.map(({ id }) => id)).size).toBe(schemas.length)
})

describe.each(subjects)('%s', (subject) => {
  const versions = schemas.filter((each) => each.subject === subject)

  test('every version reads what every other has written', () => {
    expect(incompatibilities(versions.map(({ schema }) => schema))).toEqual([])
  })

  test('the next version may add what has a default; what would lock out a reader or a writer is found', () => {
    const newest = parse((versions.at(-1) as ReleasedSchema).schema)
    const next = (fields: readonly Field[]) => JSON.stringify({ ...newest, fields })
    const withDefault = { name: 'added', type: ['null', 'string'], default: null }
    const [first, ...rest] = newest.fields as [Field, ...Field[]]
    const all = versions.map(({ schema }) => schema)
    expect(incompatibilities([...all, next([...newest.fields, withDefault])])).toEqual([])
    expect(incompatibilities([...all, next([...newest.fields, { name: 'added', type: 'string' }])])).not.toEqual([])
    expect(incompatibilities([...all, next([{ name: first.name, type: 'long' }, ...rest])])).not.toEqual([])
    const required = newest.fields.find((field) => !('default' in field))
    expect(incompatibilities([...all, next(newest.fields.filter((field) => field !== required))])).not.toEqual([])
  })

  test('every field says what it means', () => {
    for (const { schema } of versions) {
      for (const { name, doc } of fieldsWithin(parse(schema)))
        expect(`${name}: ${doc ?? ''}`).toMatch(/^\w+: .{3,}\.$|…$/)
    }
  })
})

test('not reported is null, never 0: no number of usage defaults to one', () => {
  const numbers = schemas.flatMap(({ schema }) =>
    fieldsWithin(parse(schema)).filter(
      ({ type, ...field }) => JSON.stringify(type).includes('long') && 'default' in field,
    ),
  )
  for (const field of numbers) expect([field.name, field.default]).toEqual([field.name, null])
})

test('a usage event has the names of POST /v1/usage, and its sample is the same event', () => {
  const names = (sample: object) => Object.keys(sample).filter((name) => name !== 'usage_json' && name !== 'warnings')
  expect(names(usageSample).toSorted()).toEqual(names(httpSample).toSorted())
  const now = Date.parse('2026-11-21T00:00:00Z')
  const asJson = asJsonEvent(usageSample)
  expect(readUsageEvent(asJson.json, now)).toEqual(readUsageEvent(httpSample, now))
})

test('each sample is a value of its schema', () => {
  const samples: Readonly<Record<string, unknown>> = {
    'usage-event.v1.avsc': usageSample,
    'alert-event.v1.avsc': alertSample,
  }
  for (const { file, schema } of schemas) expect([file, typeOf(schema).isValid(samples[file])]).toEqual([file, true])
})

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

/** A schema of `schemas/events` under the id that it has where there is no registry. */
export interface ReleasedSchema {
  /** Far above the ids that registries give, which count from 1: what was written without one is read beside one. */
  readonly id: number
  /** Confluent's name for it: `<topic>-value`. */
  readonly subject: string
  readonly file: string
  /** Of the file, in hex: a released schema never changes. */
  readonly sha256: string
  /** JSON text. */
  readonly schema: string
}

let read: readonly ReleasedSchema[] | undefined

/** Every released schema, oldest first. */
export function releasedSchemas(): readonly ReleasedSchema[] {
  return (read ??= readAll(eventsDirectory()))
}

/** The newest schema of a topic's values. */
export function newestSchemaOf(topic: string): ReleasedSchema {
  const subject = subjectOf(topic)
  const newest = releasedSchemas().findLast((released) => released.subject === subject)
  if (newest === undefined) throw new TypeError(`no schema of ${subject} has been released`)
  return newest
}

/** TopicNameStrategy: the default of every Confluent serialiser. */
export function subjectOf(topic: string): string {
  return `${topic}-value`
}

function readAll(directory: string): ReleasedSchema[] {
  const ids = JSON.parse(readFileSync(path.join(directory, 'schema-ids.json'), 'utf8')) as Omit<
    ReleasedSchema,
    'schema'
  >[]
  return ids.map((each) => ({ ...each, schema: readFileSync(path.join(directory, each.file), 'utf8') }))
}

function eventsDirectory(): string {
  const manifest = createRequire(import.meta.url).resolve('@spanledger/schemas/package.json')
  return path.join(path.dirname(manifest), 'events')
}

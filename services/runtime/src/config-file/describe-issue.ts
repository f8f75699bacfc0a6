import { z } from 'zod'
import { nearestName } from '../config/nearest-name.ts'
import { schemaAt } from './schema-at.ts'
import { whatItTakes } from './what-it-takes.ts'

export interface DescribedIssue {
  readonly path: readonly PropertyKey[]
  readonly problem: string
}

/** What zod found, for a person: where, what was given, what it takes. */
export function describeIssue(issue: z.core.$ZodIssue, root: z.core.$ZodType, data: unknown): DescribedIssue[] {
  const { path } = issue
  const schema = schemaAt(root, path, data)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], problem: unknownKey(key, namesOf(schema)) }))
  }
  if (issue.code === 'invalid_key') {
    const key = String(path.at(-1))
    const names = keysOf(schemaAt(root, path.slice(0, -1), data))
    return [
      {
        path,
        problem: names.length > 0 ? unknownKey(key, names) : `cannot be a name: ${issue.issues[0]?.message ?? ''}`,
      },
    ]
  }
  const given = valueAt(data, path)
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    return [{ path, problem: choice(given, path, kindsOf(schemaAt(root, path.slice(0, -1), data))) }]
  }
  const takes = whatItTakes(schema) ?? issue.message
  return [{ path, problem: `${shown(given, path)}: it takes ${takes}${quoted(given, takes)}` }]
}

/** A number where digits matter: it was a binary float before anybody could look at it. */
function quoted(given: unknown, takes: string): string {
  return typeof given === 'number' && takes.includes('in quotes') && /^\d+(?:\.\d+)?$/.test(String(given))
    ? `: write "${given}"`
    : ''
}

/** A rule whose kind is missing or none of ours: its other fields cannot be judged. */
function choice(given: unknown, path: readonly PropertyKey[], names: readonly string[]): string {
  const takes = `${shown(given, path)}: it takes one of ${names.join(', ')}`
  if (typeof given === 'string') return takes + hint(given, names)
  // A rule that is named like a kind needs none: a slip in its name reads like a missing kind.
  const name = nearestName(String(path.at(-2)), names)
  return name === undefined ? takes : `${takes}; or is the rule to be named ${name}?`
}

function kindsOf(schema: z.core.$ZodType | undefined): string[] {
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return []
  const { discriminator, options } = schema.def
  return options.flatMap((option) => {
    const kind = option instanceof z.ZodObject ? option.shape[discriminator] : undefined
    return kind instanceof z.ZodLiteral ? [...kind.values].map(String) : []
  })
}

function namesOf(schema: z.core.$ZodType | undefined): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : keysOf(schema)
}

function keysOf(schema: z.core.$ZodType | undefined): string[] {
  const keys = schema instanceof z.ZodRecord ? schema.def.keyType : undefined
  return keys instanceof z.ZodEnum ? keys.options.map(String) : []
}

function unknownKey(key: string, names: readonly string[]): string {
  const meant = hint(key, names)
  return `is not a field${meant === '' ? `: there ${names.length > 1 ? 'are' : 'is'} ${names.join(', ')}` : meant}`
}

function hint(given: string, names: readonly string[]): string {
  const meant = nearestName(given, names)
  return meant === undefined ? '' : `: did you mean ${meant}?`
}

const longestShown = 60

function shown(given: unknown, path: readonly PropertyKey[]): string {
  if (given === undefined) return 'is missing'
  if (given === null) return 'is empty'
  // Somebody who puts the secret itself where its name belongs shall not find it in a log.
  const text = JSON.stringify(given) ?? String(given)
  const isSecret = path.at(-1) === 'slack_webhook_env' || (path[0] === 'api_keys' && !path.includes('set'))
  if (isSecret || text.includes('hooks.slack')) return 'is [redacted]'
  return `is ${text.length > longestShown ? `${text.slice(0, longestShown)}…` : text}`
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((value, part) => (value as Record<PropertyKey, unknown> | null | undefined)?.[part], data)
}

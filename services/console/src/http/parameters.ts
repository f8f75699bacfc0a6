import { reject, ok, type Result } from '@spanledger/schemas/result'
import type { Context } from 'hono'
import type { z } from 'zod'
import { fail } from './failure.ts'

const idPattern = /^[\x21-\x7e]{1,256}$/

/** Query parameters as their schema has them; every problem is named at once. */
export function parameters<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
): Result<z.infer<Schema>, 'PARAMETER_INVALID'> {
  const given = Object.entries(context.req.queries())
  const repeated = given.filter(([, values]) => values.length > 1).map(([name]) => `${name}: given more than once`)
  const parsed = schema.safeParse(Object.fromEntries(given.map(([name, values]) => [name, values[0]])))
  const wrong = parsed.error?.issues.map(({ path, message }) => `${path.join('.')}${path.length ? ': ' : ''}${message}`)
  const problems = [...repeated, ...(wrong ?? [])]
  if (parsed.success && problems.length === 0) return ok(parsed.data)
  return reject('PARAMETER_INVALID', problems.join('; '))
}

/** The id in the path. */
export function idOf(context: Context): Result<string, 'ID_INVALID'> {
  const id = context.req.param('id') ?? ''
  return idPattern.test(id) ? ok(id) : reject('ID_INVALID', 'an id is 1 to 256 visible ASCII characters')
}

export function refuse(context: Context, rejected: Exclude<Result<unknown, string>, { kind: 'ok' }>): Response {
  const message = rejected.kind === 'reject' ? rejected.message : rejected.reason
  return fail(context, 400, rejected.reason, message, 'the parameters are described at /api/v1/openapi.json')
}

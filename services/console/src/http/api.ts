import type { Clock } from '@spanledger/runtime/clock'
import { chargesParameters } from '@spanledger/schemas/api/charges'
import { openApiDocument } from '@spanledger/schemas/api/openapi'
import { spendParameters } from '@spanledger/schemas/api/spend'
import { summaryParameters } from '@spanledger/schemas/api/summary'
import { reject, ok, type Result } from '@spanledger/schemas/result'
import { type Context, Hono } from 'hono'
import type { z } from 'zod'
import type { Explainer, LedgerReader } from '../ports.ts'
import { readCharges } from '../queries/charges.ts'
import { readSpend } from '../queries/spend.ts'
import { readStatus } from '../queries/status.ts'
import { readSummary } from '../queries/summary.ts'
import { resolveWindow } from '../time/window.ts'
import { fail } from './failure.ts'

export interface ApiOptions {
  readonly reader: LedgerReader
  readonly explain: Explainer
  readonly clock: Clock
  readonly timeZone: string
  readonly doorUrl: string
}

const apiVersion = '1'
const idPattern = /^[\x21-\x7e]{1,256}$/

/** The read API, to be mounted at /api/v1. Answers are never cached: they are about now. */
export function createApi(options: ApiOptions): Hono {
  const { reader, explain, clock, timeZone, doorUrl } = options
  const api = new Hono()

  api.use(async (context, next) => {
    context.header('cache-control', 'no-store')
    await next()
  })
  api.get('/openapi.json', (context) => context.json(openApiDocument(apiVersion)))
  api.get('/status', async (context) =>
    context.json(await readStatus(reader, { nowMs: clock.nowMs(), timeZone, doorUrl })),
  )
  api.get('/summary', async (context) => {
    const asked = parameters(context, summaryParameters)
    if (asked.kind !== 'ok') return refuse(context, asked)
    const window = resolveWindow(asked.value, clock.nowMs(), timeZone)
    if (window.kind !== 'ok') return refuse(context, window)
    return context.json(await readSummary(reader, window.value))
  })
  api.get('/spend', async (context) => {
    const asked = parameters(context, spendParameters)
    if (asked.kind !== 'ok') return refuse(context, asked)
    const window = resolveWindow(asked.value, clock.nowMs(), timeZone)
    if (window.kind !== 'ok') return refuse(context, window)
    return context.json(await readSpend(reader, window.value, asked.value.by))
  })
  api.get('/charges', async (context) => {
    const asked = parameters(context, chargesParameters)
    if (asked.kind !== 'ok') return refuse(context, asked)
    return context.json(await readCharges(reader, asked.value.limit, asked.value.filter))
  })
  api.get('/charges/:id', async (context) => {
    const id = context.req.param('id')
    if (!idPattern.test(id)) return refuse(context, reject('ID_INVALID', 'an id is 1 to 256 visible ASCII characters'))
    const explanation = await explain(id)
    if (explanation !== null) return context.json(explanation)
    return fail(context, 404, 'CHARGE_UNKNOWN', 'no charge has this id', 'give an entry_id, response_id or event_id')
  })
  api.all('*', (context) =>
    fail(context, 404, 'ROUTE_UNKNOWN', 'there is nothing at this path', 'see /api/v1/openapi.json'),
  )
  return api
}

/** Query parameters as their schema has them; every problem is named at once. */
function parameters<Schema extends z.ZodType>(
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

function refuse(context: Context, rejected: Exclude<Result<unknown, string>, { kind: 'ok' }>): Response {
  const message = rejected.kind === 'reject' ? rejected.message : rejected.reason
  return fail(context, 400, rejected.reason, message, 'the parameters are described at /api/v1/openapi.json')
}

import type { Clock } from '@spanledger/runtime/clock'
import { chargesParameters } from '@spanledger/schemas/api/charges'
import { coverageParameters } from '@spanledger/schemas/api/coverage'
import { narrowingFrom } from '@spanledger/schemas/api/narrowing'
import { openApiDocument } from '@spanledger/schemas/api/openapi'
import { spendParameters } from '@spanledger/schemas/api/spend'
import { summaryParameters } from '@spanledger/schemas/api/summary'
import { defaultUnpricedDays, unpricedParameters } from '@spanledger/schemas/api/unpriced'
import type { CatalogueDate } from '@spanledger/schemas/prices/catalogue-date'
import { Hono } from 'hono'
import type { ConsolePrices, Explainer, LedgerReader, NearModels } from '../ports.ts'
import { readCharges } from '../queries/charges.ts'
import { readCoverage } from '../queries/coverage.ts'
import { readSpend } from '../queries/spend.ts'
import { readStatus } from '../queries/status.ts'
import { readSummary } from '../queries/summary.ts'
import { readUnpriced } from '../queries/unpriced.ts'
import { givenWindow, resolveWindow } from '../time/window.ts'
import { mountAlerts } from './alert-routes.ts'
import { fail } from './failure.ts'
import { idOf, parameters, refuse } from './parameters.ts'
import { mountPrices } from './price-routes.ts'

export interface ApiOptions {
  readonly reader: LedgerReader
  readonly explain: Explainer
  readonly nearModels?: NearModels | undefined
  readonly catalogue?: CatalogueDate | undefined
  /** Without, there is nothing about the configuration of prices. */
  readonly prices?: ConsolePrices | undefined
  readonly clock: Clock
  readonly timeZone: string
  readonly doorUrl: string
  /** That the console listens on. */
  readonly host: string
}

const apiVersion = '1'

/** The API, to be mounted at /api/v1: it reads, but for the section `prices` of the configuration file. Answers are never cached: they are about now. */
export function createApi(options: ApiOptions): Hono {
  const { reader, explain, clock, timeZone, doorUrl } = options
  const api = new Hono()

  api.use(async (context, next) => {
    context.header('cache-control', 'no-store')
    await next()
  })
  api.get('/openapi.json', (context) => context.json(openApiDocument(apiVersion)))
  api.get('/status', async (context) =>
    context.json(await readStatus(reader, { nowMs: clock.nowMs(), timeZone, doorUrl, prices: options.catalogue })),
  )
  api.get('/summary', async (context) => {
    const asked = parameters(context, summaryParameters)
    if (asked.kind !== 'ok') return refuse(context, asked)
    const window = resolveWindow(asked.value, clock.nowMs(), timeZone)
    if (window.kind !== 'ok') return refuse(context, window)
    return context.json(await readSummary(reader, window.value, narrowingFrom(asked.value)))
  })
  api.get('/spend', async (context) => {
    const asked = parameters(context, spendParameters)
    if (asked.kind !== 'ok') return refuse(context, asked)
    const window = resolveWindow(asked.value, clock.nowMs(), timeZone)
    if (window.kind !== 'ok') return refuse(context, window)
    return context.json(await readSpend(reader, window.value, asked.value.by, narrowingFrom(asked.value)))
  })
  api.get('/coverage', async (context) => {
    const asked = parameters(context, coverageParameters)
    if (asked.kind !== 'ok') return refuse(context, asked)
    const window = resolveWindow(asked.value, clock.nowMs(), timeZone)
    if (window.kind !== 'ok') return refuse(context, window)
    return context.json(await readCoverage(reader, window.value, narrowingFrom(asked.value)))
  })
  api.get('/unpriced', async (context) => {
    const asked = parameters(context, unpricedParameters)
    if (asked.kind !== 'ok') return refuse(context, asked)
    const { days = defaultUnpricedDays } = asked.value
    return context.json(
      await readUnpriced(reader, { days, only: narrowingFrom(asked.value), near: options.nearModels }),
    )
  })
  api.get('/charges', async (context) => {
    const asked = parameters(context, chargesParameters)
    if (asked.kind !== 'ok') return refuse(context, asked)
    const window = givenWindow(asked.value, clock.nowMs(), timeZone)
    if (window.kind !== 'ok') return refuse(context, window)
    const { limit, filter } = asked.value
    return context.json(
      await readCharges(reader, { limit, filter, window: window.value, only: narrowingFrom(asked.value) }),
    )
  })
  api.get('/charges/:id', async (context) => {
    const id = idOf(context)
    if (id.kind !== 'ok') return refuse(context, id)
    const explanation = await explain(id.value)
    if (explanation !== null) return context.json(explanation)
    return fail(context, 404, 'CHARGE_UNKNOWN', 'no charge has this id', 'give an entry_id, response_id or event_id')
  })
  mountAlerts(api, options)
  if (options.prices) mountPrices(api, { ...options, prices: options.prices })
  api.all('*', (context) =>
    fail(context, 404, 'ROUTE_UNKNOWN', 'there is nothing at this path', 'see /api/v1/openapi.json'),
  )
  return api
}

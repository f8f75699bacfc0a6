import { type Clock, systemClock } from '@spanledger/runtime/clock'
import { mountHealth } from '@spanledger/runtime/http/health'
import { createHttpServer } from '@spanledger/runtime/http/server'
import type { Logger } from '@spanledger/runtime/logger'
import type { Metrics } from '@spanledger/runtime/metrics'
import type { Service } from '@spanledger/runtime/service'
import type { CatalogueDate } from '@spanledger/schemas/prices/catalogue-date'
import { Hono } from 'hono'
import { createApi } from './http/api.ts'
import { createErrorHandler } from './http/failure.ts'
import { guardHost, secureHeaders } from './http/guard.ts'
import { builtWebDir, serveWebFiles } from './http/web-files.ts'
import type { ConsolePrices, Explainer, LedgerReader, NearModels } from './ports.ts'
import { createBoundedReader } from './queries/bounded-reader.ts'

export interface ConsoleOptions {
  readonly host: string
  readonly port: number
  /** Of the reporting days, as the ledger was written with. */
  readonly timeZone: string
  /** Shown where the page says how to send a first span. */
  readonly doorUrl: string
  /** The built page; by default that of this package. */
  readonly webDir?: string
}

export interface ConsoleParts {
  readonly clickhouse: LedgerReader
  readonly explain: Explainer
  /** Suggests what a model without a price may be; by default nothing. */
  readonly nearModels?: NearModels | undefined
  /** Shown as the age of the prices; by default nothing is. */
  readonly catalogue?: CatalogueDate | undefined
  /** The prices of the configuration file, to be shown, tried and saved; by default they are not. */
  readonly prices?: ConsolePrices | undefined
  readonly logger: Logger
  readonly metrics: Metrics
  readonly clock?: Clock
  readonly options: ConsoleOptions
}

export interface Console extends Service {
  readonly port: number
  readonly url: string
  readonly app: Hono
}

/** The web page and the API it stands on. It reads the ledger, and writes nothing but the prices of the configuration file. */
export function createConsole(parts: ConsoleParts): Console {
  const { explain, nearModels, catalogue, prices, logger, metrics, clock = systemClock, options } = parts
  const { host, port, timeZone, doorUrl, webDir = builtWebDir } = options
  const reader = createBoundedReader(parts.clickhouse)
  const seconds = metrics.histogram('spanledger_console_request_seconds', 'Time to answer the read API', [
    'route',
    'status',
  ])

  const app = new Hono()
  app.onError(createErrorHandler(logger))
  app.use(secureHeaders, guardHost(host))
  app.use('/api/v1/*', async (context, next) => {
    const startMs = performance.now()
    await next()
    // An id is not a label.
    const route = context.req.path.replace(/^(\/api\/v1\/(?:charges|alerts))\/.*$/, '$1/:id')
    const known = context.res.status === 404 && !route.endsWith('/:id') ? 'unknown' : route
    seconds.observe({ route: known, status: String(context.res.status) }, (performance.now() - startMs) / 1000)
  })
  mountHealth(app, {
    metrics,
    readiness: {
      clickhouse: async () => {
        await reader.query('SELECT 1')
        return undefined
      },
    },
  })
  app.route('/api/v1', createApi({ reader, explain, nearModels, catalogue, prices, clock, timeZone, doorUrl, host }))
  serveWebFiles(app, webDir)

  const server = createHttpServer({ name: 'console', app, host, port })
  return {
    name: 'console',
    app,
    get port() {
      return server.port
    },
    get url() {
      return server.url
    },
    start: () => server.start(),
    stop: () => server.stop(),
  }
}

import type { IncomingMessage } from 'node:http'
import { createUsageEventCodec, type UsageEventCodec } from '@spanledger/runtime/avro/usage-event-codec'
import { type Clock, systemClock } from '@spanledger/runtime/clock'
import type { EventLog } from '@spanledger/runtime/event-log/port'
import { createUnaryServer } from '@spanledger/runtime/grpc/unary-server'
import { mountHealth } from '@spanledger/runtime/http/health'
import { createHttpServer } from '@spanledger/runtime/http/server'
import { createGroup } from '@spanledger/runtime/lifecycle'
import type { Logger } from '@spanledger/runtime/logger'
import type { Metrics } from '@spanledger/runtime/metrics'
import type { Service } from '@spanledger/runtime/service'
import type { AttributionConfig } from '@spanledger/schemas/config/attribution'
import { Hono } from 'hono'
import { type CollectorOptions, collectorOptions } from './config.ts'
import { createDoor } from './door.ts'
import type { OtlpSignal } from './otlp-answer.ts'
import { otlpMethods } from './otlp-grpc.ts'
import { answerOtlp } from './otlp-http.ts'
import { createUsageEncoder, type UsageEncoder } from './usage-encoder.ts'
import { answerUsage } from './usage-route.ts'

export interface CollectorParts {
  /** Started before this service, stopped after it. */
  readonly log: EventLog
  readonly logger: Logger
  readonly metrics: Metrics
  readonly clock?: Clock
  /** Writes Avro usage events; by default with the schema ids of this release. */
  readonly usageEvents?: UsageEventCodec
  /** What keeps the log from taking records, besides what the last append said: a readiness check. */
  readonly logProblem?: () => Promise<string | undefined>
  /** The section `attribution` of the configuration as it is now; by default an empty one. */
  readonly attribution?: () => AttributionConfig
  readonly options: CollectorOptions
}

type App = Hono<{ Bindings: { incoming: IncomingMessage } }>

export interface Collector extends Service {
  /** The one it listens on, once started. */
  readonly port: number
  /** The one that gRPC listens on, once started; undefined when it was given none. */
  readonly grpcPort: number | undefined
  readonly app: App
}

/** Where exporters of Langfuse's SDKs post spans to, whatever host they are given. */
const langfusePath = '/api/public/otel/v1/traces'
const signals: readonly OtlpSignal[] = ['traces', 'logs', 'metrics']

/** The door: OTLP over HTTP and gRPC and usage events into the log. What it answers 200 to is durable. */
export function createCollector(parts: CollectorParts): Collector {
  const { log, logger, metrics, clock = systemClock, usageEvents = createUsageEventCodec(), options } = parts
  const config = collectorOptions.parse(options)
  const door = createDoor({ config, log, clock, logger, metrics, attribution: parts.attribution })
  const encoder = createUsageEncoder(usageEvents, logger)
  const app: App = new Hono()

  for (const signal of signals) app.post(`/v1/${signal}`, (context) => answerOtlp(door, signal, context.env.incoming))
  app.post(langfusePath, (context) => answerOtlp(door, 'traces', context.env.incoming))
  app.post('/v1/usage', (context) => {
    return answerUsage(door, encoder, context.env.incoming, context.req.query())
  })
  app.all('/v1/:signal{traces|logs|metrics|usage}', (context) => {
    context.header('allow', 'POST')
    return context.json({ code: 'method_not_allowed', message: `${context.req.path} takes POST only` }, 405)
  })
  mountHealth(app, {
    metrics,
    readiness: { 'event log': () => door.problem ?? parts.logProblem?.(), 'schema registry': () => askAgain(encoder) },
  })
  app.notFound((context) => {
    const message = 'there is nothing here: POST to /v1/traces, /v1/logs, /v1/metrics or /v1/usage'
    return context.json({ code: 'not_found', message }, 404)
  })
  app.onError((error, context) => {
    logger.error({ err: error, path: context.req.path }, 'a request failed')
    return context.json({ code: 'internal', message: 'this request could not be handled' }, 500)
  })

  const { host, port, grpcPort } = config
  const http = createHttpServer({
    name: 'collector',
    app,
    host,
    port,
    portVariable: 'SPANLEDGER_OTLP_HTTP_PORT',
    clock,
  })
  const grpc =
    grpcPort === undefined
      ? undefined
      : createUnaryServer({
          name: 'collector (gRPC)',
          methods: otlpMethods(door),
          host,
          port: grpcPort,
          portVariable: 'SPANLEDGER_OTLP_GRPC_PORT',
          logger,
          clock,
        })
  const { start, stop } = createGroup('collector', [schemas(encoder), http, ...(grpc ? [grpc] : [])])
  return {
    name: 'collector',
    app,
    get port() {
      return http.port
    },
    get grpcPort() {
      return grpc?.port
    },
    start,
    stop,
  }
}

/** Asks for the schema's id before the first event comes. A registry that is away keeps only usage events out. */
function schemas(encoder: UsageEncoder): Service {
  return { name: 'schemas', start: async () => void (await encoder.ready()), stop: async () => undefined }
}

/** Nobody sends to a door that is not ready: so the question about it is what tries again. */
function askAgain(encoder: UsageEncoder): string | undefined {
  if (encoder.problem !== undefined) void encoder.ready()
  return encoder.problem
}

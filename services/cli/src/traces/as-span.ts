import type { AttributeValue, OtlpResource, OtlpSpan } from '@spanledger/schemas/events/otlp'
import type { TimedRequest } from './rebase.ts'

const spanKindClient = 3
const statusOk = 1
/** Names of OpenTelemetry's GenAI conventions for the providers of `model-mix.ts`. */
const otelProvider = { openai: 'openai', anthropic: 'anthropic', google: 'gcp.gemini', mistral: 'mistral_ai' } as const

const scope = { name: 'spanledger.replay', version: '1' }
const resources = new Map<string, OtlpResource>()

/** The span an instrumented SDK would send for a request (OpenTelemetry GenAI conventions, current names). */
export function asSpan(request: TimedRequest): OtlpSpan {
  const { row, attribution, model, cacheReadTokens, cacheWriteTokens } = request
  const { service, environment, release, user, session, ...rest } = attribution
  const attributes = new Map<string, AttributeValue>([
    ['gen_ai.operation.name', 'chat'],
    ['gen_ai.provider.name', otelProvider[model.provider]],
    ['gen_ai.request.model', model.model],
    ['gen_ai.response.model', model.model],
    ['gen_ai.response.id', request.responseId],
    ['gen_ai.usage.input_tokens', row.inputTokens],
    ['gen_ai.usage.output_tokens', row.outputTokens],
  ])
  if (cacheReadTokens !== undefined) attributes.set('gen_ai.usage.cache_read.input_tokens', cacheReadTokens)
  if (cacheWriteTokens !== undefined) attributes.set('gen_ai.usage.cache_creation.input_tokens', cacheWriteTokens)
  if (user) attributes.set('user.id', user)
  if (session) attributes.set('session.id', session)
  for (const [dimension, value] of Object.entries(rest)) attributes.set(`spanledger.${dimension}`, value)
  return {
    resource: resourceOf(service ?? 'unknown_service', environment ?? 'prod', release ?? ''),
    scope,
    traceId: request.traceId,
    spanId: request.spanId,
    parentSpanId: '',
    name: `chat ${model.model}`,
    kind: spanKindClient,
    startMs: request.at,
    endMs: request.at + request.latencyMs,
    statusCode: statusOk,
    attributes,
  }
}

/** One object per resource, so that the encoder can group a batch's spans by it. */
function resourceOf(service: string, environment: string, release: string): OtlpResource {
  const key = JSON.stringify([service, environment, release])
  let resource = resources.get(key)
  if (!resource) {
    resource = {
      attributes: new Map([
        ['service.name', service],
        ['deployment.environment.name', environment],
        ['service.version', release],
      ]),
    }
    resources.set(key, resource)
  }
  return resource
}

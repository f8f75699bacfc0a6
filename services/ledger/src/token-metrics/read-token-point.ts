import { hash } from 'node:crypto'
import type { Attributor } from '@spanledger/schemas/attribution/attributor'
import { Texts } from '@spanledger/schemas/attribution/texts'
import type { Attribution } from '@spanledger/schemas/events/dimensions'
import { aheadToleranceMs } from '@spanledger/schemas/events/event-time'
import type { AttributeMap, AttributeValue, OtlpResource, OtlpSumPoint } from '@spanledger/schemas/events/otlp'
import { maxCount } from '@spanledger/schemas/events/usage'
import { firstText } from '../dialects/attributes.ts'
import { names } from '../dialects/otel-genai-names.ts'
import { providerOf } from '../normalise/provider.ts'
import { tokenMetricKinds } from './token-metric-kinds.ts'
import type { TokenPoint } from './token-point.ts'

/** Older points are not compared any more, and are not kept. */
const oldestMs = 2 * 86_400_000

export function isTokenMetric(metric: string): boolean {
  return tokenMetricKinds.has(metric)
}

/** A point of a token metric in the ledger's terms; undefined when it is none, of no type to compare, absurd, or of another day. */
export function readTokenPoint(
  point: OtlpSumPoint,
  tenant: string,
  receivedAt: number,
  whose: { readonly attributor: Attributor; readonly pins: Attribution },
): TokenPoint | undefined {
  const { attributes, scope, timeMs } = point
  const kind = tokenMetricKinds.get(point.metric)
  if (kind === undefined || kind.ignoredScopes?.includes(scope.name)) return undefined
  const type = firstText(attributes, kind.typeNames) ?? ''
  const known = Object.hasOwn(kind.types, type) ? kind.types[type] : undefined
  if (point.value > maxCount) return undefined
  if (known === undefined || timeMs < receivedAt - oldestMs || timeMs > receivedAt + aheadToleranceMs) return undefined
  const isExclusive = known === 'input' && kind.exclusiveScopes?.includes(scope.name)
  const texts = new Texts()
  const named = firstText(attributes, names.provider)
  const provider = named === undefined ? '' : (texts.clean(providerOf(named, serverOf(attributes))) ?? '')
  const model = texts.clean(firstText(attributes, modelNames)) ?? ''
  const { attributor, pins } = whose
  const said = { tenant, dialect: '', provider, requestModel: model, ...attributor.attribute(point) }
  return {
    tenant,
    // As that of a request is found, or the two would never meet.
    service: attributor.settle(said, point, pins).attribution.service ?? '',
    provider,
    model,
    metric: point.metric,
    scope: texts.clean(scope.name) ?? '',
    tokenType: isExclusive ? 'uncached_input' : known,
    stream: streamOf(point),
    cumulative: point.temporality === 'cumulative',
    startedAt: isStart(point) ? point.startMs : undefined,
    at: timeMs,
    tokens: point.value,
  }
}

const modelNames = [...names.responseModel, ...names.requestModel, 'model']

function serverOf(attributes: AttributeMap): string | undefined {
  return firstText(attributes, names.serverAddress)
}

const firstStartMs = Date.UTC(2020, 0, 1)

/** A beginning that may be true. */
function isStart({ startMs, timeMs }: OtlpSumPoint): boolean {
  return startMs !== undefined && startMs >= firstStartMs && startMs <= timeMs
}

/** Two processes of one service may differ in nothing but when they began to count. */
function streamOf({ resource, scope, metric, attributes, temporality, startMs }: OtlpSumPoint): string {
  const facts = [resourceText(resource), scope.name, scope.version, metric, textOf(attributes)]
  if (temporality === 'cumulative') facts.push(String(startMs))
  return hash('sha256', JSON.stringify(facts), 'hex').slice(0, 32)
}

const resourceTexts = new WeakMap<OtlpResource, string>()

function resourceText(resource: OtlpResource): string {
  let text = resourceTexts.get(resource)
  if (text === undefined) {
    text = textOf(resource.attributes)
    resourceTexts.set(resource, text)
  }
  return text
}

/** The same for the same attributes, whatever their order. */
function textOf(attributes: AttributeMap): string {
  return JSON.stringify(
    [...attributes].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, plain(value)]),
  )
}

function plain(value: AttributeValue): unknown {
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return (value as readonly AttributeValue[]).map(plain)
  return value instanceof Map ? textOf(value as AttributeMap) : value
}

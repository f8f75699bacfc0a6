import type { OtlpSpan } from '@spanledger/schemas/events/otlp'
import type { UsageField } from '@spanledger/schemas/events/usage'
import { firstOf, firstText } from './attributes.ts'
import { names } from './otel-genai-names.ts'

/** Hand-written OTLP leaves the kind out; every SDK sets one. */
const spanKindUnspecified = 0
const spanKindClient = 3

/** Hand-written spans call their operation anything: a client call of a model that reports usage is a request. */
export function looksLikeRequest(
  { kind, attributes }: OtlpSpan,
  usage: readonly (readonly [UsageField, readonly string[]])[],
): boolean {
  if (kind !== spanKindClient && kind !== spanKindUnspecified) return false
  const model = firstText(attributes, names.requestModel) ?? firstText(attributes, names.responseModel)
  return model !== undefined && usage.some(([, candidates]) => firstOf(attributes, candidates) !== undefined)
}

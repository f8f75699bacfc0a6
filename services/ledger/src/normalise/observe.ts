import type { Observation } from '../observation.ts'

type Optional<T> = { [K in keyof T as undefined extends T[K] ? K : never]-?: T[K] }
type Required_<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] }

/** Every field by name, so that a reading cannot forget one; `undefined` is "not reported". */
export type ObservationFields = Required_<Observation> & {
  [K in keyof Optional<Observation>]: Observation[K] | undefined
}

/** The one place that makes an observation: what was not reported is absent, never `undefined`. */
export function observe(fields: ObservationFields): Observation {
  const made: { -readonly [K in keyof Observation]: Observation[K] } = {
    tenant: fields.tenant,
    source: fields.source,
    dialect: fields.dialect,
    rank: fields.rank,
    responseIdTrusted: fields.responseIdTrusted,
    at: fields.at,
    receivedAt: fields.receivedAt,
    provider: fields.provider,
    status: fields.status,
    attribution: fields.attribution,
    tags: fields.tags,
    resultCache: fields.resultCache,
    warnings: fields.warnings,
  }
  if (fields.scope !== undefined) made.scope = fields.scope
  if (fields.parentSpanId !== undefined) made.parentSpanId = fields.parentSpanId
  if (fields.inputCharacters !== undefined) made.inputCharacters = fields.inputCharacters
  if (fields.outputCharacters !== undefined) made.outputCharacters = fields.outputCharacters
  if (fields.responseId !== undefined) made.responseId = fields.responseId
  if (fields.traceId !== undefined) made.traceId = fields.traceId
  if (fields.spanId !== undefined) made.spanId = fields.spanId
  if (fields.eventId !== undefined) made.eventId = fields.eventId
  if (fields.requestModel !== undefined) made.requestModel = fields.requestModel
  if (fields.responseModel !== undefined) made.responseModel = fields.responseModel
  if (fields.operation !== undefined) made.operation = fields.operation
  if (fields.serviceTier !== undefined) made.serviceTier = fields.serviceTier
  if (fields.region !== undefined) made.region = fields.region
  if (fields.errorType !== undefined) made.errorType = fields.errorType
  if (fields.billingAccount !== undefined) made.billingAccount = fields.billingAccount
  if (fields.usage !== undefined) made.usage = fields.usage
  if (fields.latencyMs !== undefined) made.latencyMs = fields.latencyMs
  if (fields.ttftMs !== undefined) made.ttftMs = fields.ttftMs
  if (fields.qualityScore !== undefined) made.qualityScore = fields.qualityScore
  if (fields.reportedCostAtto !== undefined) made.reportedCostAtto = fields.reportedCostAtto
  if (fields.ruled !== undefined) made.ruled = fields.ruled
  return made
}

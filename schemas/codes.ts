/**
 * The closed lists of reason codes. A code doubles as a metric label, so a new one is added here and nowhere else.
 */

/** Why an item was refused (at the door) or dead-lettered (in the ledger). Nothing carrying one of these is charged. */
export const rejectCodes = [
  'ATTRIBUTION_MISSING',
  'BODY_UNDECODABLE',
  'EVENT_NOT_OBJECT',
  'EVENT_TOO_LARGE',
  'FIELD_INVALID',
  'ID_MISSING',
  'MODEL_MISSING',
  'PROVIDER_MISSING',
  'RECORD_UNCHARGEABLE',
  'RECORD_UNDECODABLE',
  'SCHEMA_INCOMPATIBLE',
  'SCHEMA_UNKNOWN',
  'SPAN_ID_INVALID',
  'TIME_FUTURE',
  'TIME_INVALID',
  'TIME_TOO_OLD',
  'USAGE_FORMAT_UNKNOWN',
  'USAGE_MISSING',
  'USAGE_NEGATIVE',
  'USAGE_NOT_INTEGER',
  'USAGE_NOT_NUMERIC',
  'USAGE_OUT_OF_RANGE',
  'USAGE_SUBSET_EXCEEDS_TOTAL',
] as const
export type RejectCode = (typeof rejectCodes)[number]

/** What is doubtful about a charge that was made from what a source reported: carried from the reading into the row. */
export const observationWarnings = [
  'ATTRIBUTE_TRUNCATED',
  'DEDUP_HEURISTIC',
  'ID_REUSED',
  'PRODUCER_LOSSY',
  'SEMANTICS_ASSUMED',
  'SEMANTICS_CONFLICT',
  'TIME_AHEAD',
  'TIME_FROM_DOOR',
  'TTL_ASSUMED',
  'USAGE_ESTIMATED',
  'USAGE_PARTIAL',
] as const
export type ObservationWarning = (typeof observationWarnings)[number]

/** What pricing has to say about a charge; computed anew whenever the charge is priced. */
export const priceWarnings = [
  'FX_MISSING',
  'FX_STALE',
  'METER_FALLBACK',
  'METER_UNPRICED',
  'MODEL_UNKNOWN',
  'NO_PRICE_AT_TIME',
  'POOL_PROVISIONAL',
  'POOL_WEIGHT_UNKNOWN',
  'PROVIDER_COST_DIFFERS',
  'PROVIDER_UNKNOWN',
  'REGION_UNPRICED',
  'RESPONSE_MODEL_UNPRICED',
  'SELF_HOSTED_NO_COST_POOL',
  'SERVICE_TIER_UNPRICED',
  'USAGE_MISSING',
] as const
export type PriceWarning = (typeof priceWarnings)[number]

export type WarningCode = ObservationWarning | PriceWarning

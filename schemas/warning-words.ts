import type { WarningCode } from './codes.ts'

/** What a warning means to who pays, in one sentence. */
const warningWords: Readonly<Record<WarningCode, string>> = {
  ATTRIBUTE_TRUNCATED: 'An attribute was cut off before it came here.',
  DEDUP_HEURISTIC: 'Recognised as the same request by likeness, not by an id.',
  FX_MISSING: 'Its price is in another currency, of which no exchange rate is known: it is not in the cost.',
  FX_STALE: 'The exchange rate is more than seven days old.',
  ID_REUSED: 'The same id was reported for a clearly different request: both are charged.',
  METER_FALLBACK: 'A kind of token has no price of its own; the price of its general kind was taken.',
  METER_UNPRICED: 'A kind of token has no price: it is not in the cost.',
  MODEL_UNKNOWN: 'No price for this model: it is not in the cost.',
  NO_PRICE_AT_TIME: 'The model had no price at the time of the request.',
  POOL_PROVISIONAL: 'Runs on capacity that is paid by the hour: an estimate until that hour is settled.',
  POOL_WEIGHT_UNKNOWN:
    'Runs on capacity that is paid by the hour, and how long it ran was not reported: it has no share.',
  PRODUCER_LOSSY: 'The instrumentation that reported this is known to lose or distort some kinds of tokens.',
  PROVIDER_COST_DIFFERS: 'The provider reported another cost.',
  PROVIDER_UNKNOWN: 'The provider is not known to the price catalogue.',
  REGION_UNPRICED: 'The region has no price of its own.',
  RESPONSE_MODEL_UNPRICED: 'The model that answered has no price; the one that was asked for was taken.',
  SELF_HOSTED_NO_COST_POOL: 'Self-hosted, and no cost pool says what it costs.',
  SEMANTICS_ASSUMED: 'The source does not say how it counts tokens; the usual way was assumed.',
  SEMANTICS_CONFLICT: 'The source contradicts itself about how it counts tokens.',
  SERVICE_TIER_UNPRICED: 'The service tier has no price of its own.',
  TIME_AHEAD: 'The clock of the source is ahead.',
  TIME_FROM_DOOR: 'The source gave no time; that of its arrival was taken.',
  TTL_ASSUMED: 'The source does not say how long the cache entry lives; the usual was assumed.',
  USAGE_ESTIMATED: 'The counts are an estimate of the source.',
  USAGE_PARTIAL: 'Only the input or only the output was counted: the other is not in the cost.',
  USAGE_MISSING: 'The request succeeded, but no usage was reported.',
}

export function warningText(code: string): string {
  return warningWords[code as WarningCode] ?? code
}

import type { AlertDims, AlertKind, AlertUnit } from './events/alert.ts'

/** What an alert is about, in the words of who reads it. */
const kindWords: Readonly<Record<AlertKind, string>> = {
  spend_spike: 'Spend spike',
  spend_creep: 'Spend creeping up',
  cost_per_request: 'Cost per request up',
  tokens_per_request: 'Tokens per request up',
  cache_regression: 'Cache hits down',
  error_storm: 'Errors up',
  latency: 'Slower answers',
  user_abuse: 'Unusual user',
  untagged: 'Spend without an owner',
  unpriced: 'Requests without a price',
  late_data: 'Data comes late',
  no_data: 'No data',
  budget: 'Budget',
  pipeline: 'Pipeline',
  inference_server: 'Inference server',
}

export function alertKindText(kind: string): string {
  return kindWords[kind as AlertKind] ?? kind.replaceAll('_', ' ')
}

/** Which series, in words: `team search, model gpt-4o`; the tenant as a whole where there are no dimensions. */
export function seriesText(dims: AlertDims | Readonly<Record<string, string>>, tenant: string): string {
  const named = Object.entries(dims).map(([dimension, value]) => `${dimension} ${value || 'not given'}`)
  return named.length > 0 ? named.join(', ') : `all of ${tenant}`
}

const unitWords: Readonly<Record<AlertUnit, string>> = {
  usd: 'spend',
  usd_per_request: 'cost per request',
  ratio: 'share of input read from a cache',
  requests: 'requests',
}

/** What was measured. */
export function alertUnitText(unit: AlertUnit): string {
  return unitWords[unit]
}

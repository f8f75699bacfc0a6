import { type AlertKind, type AlertUnit, seriesDimensions } from './events/alert.ts'

/** What an alert is about, in the words of who reads it. */
const kindWords: Readonly<Record<AlertKind, string>> = {
  spend_spike: 'Spend spike',
  spend_creep: 'Spend creeps up',
  cost_per_request: 'Requests cost more',
  tokens_per_request: 'Requests use more tokens',
  cache_regression: 'Prompt cache broke',
  error_storm: 'Many errors',
  latency: 'Slow answers',
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
  return kindWords[kind as AlertKind] ?? `${kind.slice(0, 1).toUpperCase()}${kind.slice(1).replaceAll('_', ' ')}`
}

/** Which series, in words: `team search, model gpt-4o`; nothing but the tenant is all of it. `write` puts a name. */
export function seriesText(
  dims: Readonly<Record<string, string | undefined>>,
  write: (name: string) => string = (name) => name || 'not given',
): string {
  const named = seriesDimensions.flatMap((dimension) => {
    const value = dims[dimension]
    return value === undefined ? [] : [`${dimension} ${write(value)}`]
  })
  return named.length > 0 ? named.join(', ') : 'all traffic'
}

const measured: Readonly<Record<AlertUnit, string>> = {
  usd: 'spend',
  usd_per_request: 'cost of a request',
  ratio: 'cache-hit ratio',
  requests: 'requests',
}

/** What the figures of an alert are figures of. */
export function alertUnitText(unit: AlertUnit): string {
  return measured[unit]
}

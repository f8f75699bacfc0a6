/** What an alert can be about: the public contract, section 8. Those that are judged now are in `schemas/config/alerts.ts`. */
export const alertKinds = [
  'spend_spike',
  'spend_creep',
  'cost_per_request',
  'tokens_per_request',
  'cache_regression',
  'error_storm',
  'latency',
  'user_abuse',
  'untagged',
  'unpriced',
  'late_data',
  'no_data',
  'budget',
  'pipeline',
  'inference_server',
] as const
export type AlertKind = (typeof alertKinds)[number]

export const alertStates = ['open', 'acknowledged', 'resolved', 'expected'] as const
export type AlertState = (typeof alertStates)[number]

export const alertSeverities = ['warning', 'critical'] as const
export type AlertSeverity = (typeof alertSeverities)[number]

/** The dimensions a series can be cut by, besides its tenant. */
export const seriesDimensions = ['team', 'feature', 'model'] as const
export type SeriesDimension = (typeof seriesDimensions)[number]

/** Which series: no entry is the tenant as a whole. */
export type AlertDims = Readonly<Partial<Record<SeriesDimension, string>>>

/** A row of `alerts`, and what its explanation adds. Times are milliseconds since the epoch, money is atto-USD. */
export interface Alert {
  readonly tenant: string
  /** UUID, a function of tenant, rule, series and episode: two detectors that see the same call it the same. */
  readonly alertId: string
  /** The rule's name in the configuration. */
  readonly rule: string
  readonly kind: AlertKind
  readonly state: AlertState
  readonly severity: AlertSeverity
  /** Event time from which on it was so: "since when". */
  readonly openedAt: number
  /** Event time of the last judgement. */
  readonly updatedAt: number
  readonly resolvedAt: number | null
  readonly dims: AlertDims
  /** In the unit of `explanation.unit`. */
  readonly observed: number
  readonly expected: number
  /** What it has cost so far above what was expected (for `unpriced`: 0, nobody knows). */
  readonly impactUsd: bigint
  readonly impactUsdPerHour: bigint
  readonly explanation: AlertExplanation
  /** `docs/runbooks/<kind>.md` */
  readonly runbook: string
}

export const alertUnits = ['usd', 'usd_per_request', 'ratio', 'requests'] as const
export type AlertUnit = (typeof alertUnits)[number]

/**
 * Everything a person needs to check the alert. Stored as JSON: times are ISO 8601 in UTC, money and ratios are decimal
 * strings, so that what is shown is what SQL says.
 */
export interface AlertExplanation {
  readonly unit: AlertUnit
  /** Exact: what SQL gives for the window. */
  readonly observed: string
  /** Exact, or rounded half-even at 18 decimals where it is a mean. */
  readonly expected: string
  /** What was judged: half open, event time. */
  readonly window: { readonly from: string; readonly to: string }
  /** What it was held against, for a person: "the mean of the 7 days before, each until 14:20". */
  readonly baseline: string
  /** Entries recorded up to here were counted: `recorded_at <= asKnownAt` repeats every figure. */
  readonly asKnownAt: string
  readonly requests: string
  readonly costUsd: string
  /** Who makes the difference, largest first; `share` is a decimal string from 0 to 1 of `impactUsd` (or of the unit). */
  readonly contributors: readonly AlertContributor[]
  /** Other series that show the same incident, which therefore have no alert of their own. */
  readonly alsoIn: readonly AlertDims[]
  /** Ran late: recorded more than 24 h after it happened. Nobody is told. */
  readonly historical: boolean
  /** How often this series was alerted by this rule, this one included. */
  readonly episode: number
  /** Queries on the ledger that give `observed` and `expected`. */
  readonly sql: Readonly<Record<string, string>>
}

export interface AlertContributor {
  readonly dimension: string
  readonly value: string
  readonly share: string
  readonly usd: string
}

export const alertEventNames = ['opened', 'updated', 'escalated', 'resolved'] as const
export type AlertEventName = (typeof alertEventNames)[number]

/** A record of the topic `alerts`, keyed by alert id: what happened, with the alert as it then was. */
export interface AlertEvent {
  /** UUID, a function of alert and event (and, for updates, of the judgement's event time): the same event has the same id. */
  readonly eventId: string
  readonly event: AlertEventName
  /** When the detector said so: wall clock, milliseconds since the epoch. */
  readonly at: number
  readonly alert: Alert
}

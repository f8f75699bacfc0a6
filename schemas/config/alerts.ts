import { z } from 'zod'
import { alertSeverities, seriesDimensions } from '../events/alert.ts'

/** The section `alerts` of spanledger.yaml. Everything has a default: without a file, these rules are judged. */

const positive = z.number().positive().finite()
const share = z.number().gt(0).max(1)
const name = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,63}$/, 'a name is made of a-z, 0-9, _ and -, and starts with a letter')
  .describe('a name: a-z, 0-9, _ and -, with a letter first')

const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
  .describe('the name of an environment variable that holds the URL of the webhook, never the URL itself')
const text = z.string().min(1)

/** Which series are judged: the tenant as a whole, and each value of these dimensions. */
const cut = z.enum(['tenant', ...seriesDimensions])

const everyRule = {
  enabled: z.boolean().default(true),
  by: z.array(cut).min(1).default(['tenant', 'team', 'feature', 'model']),
  /** Only series and entries with these values; a list means any of them. */
  match: z
    .partialRecord(z.enum(['tenant', 'environment', ...seriesDimensions]), z.union([text, z.array(text).min(1)]))
    .default({}),
  severity: z.enum(alertSeverities).optional(),
}

export const spendSpikeRule = z.strictObject({
  kind: z.literal('spend_spike'),
  ...everyRule,
  /** The day so far against the mean of the days before at the same time of day. */
  ratio: positive.gt(1).default(1.5),
  baseline_days: z.number().int().min(2).max(28).default(7),
  /** Fewer days with spend than this in the baseline: not judged. */
  min_baseline_days: z.number().int().min(1).max(28).default(3),
  min_excess_usd: z.number().min(0).default(5),
  min_requests: z.number().int().min(0).default(50),
  /** Resolved when the rate of the last so many minutes is back below the ratio. */
  resolve_minutes: z.number().int().min(1).max(240).default(15),
})

export const costPerRequestRule = z.strictObject({
  kind: z.literal('cost_per_request'),
  ...everyRule,
  /** The mean cost of a request in the window against the same window a week before. */
  ratio: positive.gt(1).default(1.5),
  window_minutes: z.number().int().min(5).max(1440).default(360),
  min_requests: z.number().int().min(1).default(200),
  min_excess_usd: z.number().min(0).default(5),
})

export const cacheRegressionRule = z.strictObject({
  kind: z.literal('cache_regression'),
  ...everyRule,
  window_minutes: z.number().int().min(1).max(1440).default(15),
  baseline_days: z.number().int().min(1).max(28).default(7),
  /** The hit ratio fell by so many points (0..1) … */
  min_drop: share.default(0.1),
  /** … and by this share of what it was. */
  min_relative_drop: share.default(0.3),
  /** Requests whose input is shorter cannot be cached by anybody. */
  min_input_tokens: z.number().int().min(0).default(1024),
  min_eligible_tokens: z.number().int().min(0).default(100_000),
  min_requests: z.number().int().min(1).default(20),
})

export const unpricedRule = z.strictObject({
  kind: z.literal('unpriced'),
  ...everyRule,
  window_minutes: z.number().int().min(5).max(10_080).default(1440),
  min_requests: z.number().int().min(1).default(1),
})

export const alertRule = z.discriminatedUnion('kind', [
  spendSpikeRule,
  costPerRequestRule,
  cacheRegressionRule,
  unpricedRule,
])
export type AlertRule = z.output<typeof alertRule>
export type JudgedKind = AlertRule['kind']

const defaultRules: Readonly<Record<JudgedKind, z.input<typeof alertRule>>> = {
  spend_spike: { kind: 'spend_spike' },
  cost_per_request: { kind: 'cost_per_request' },
  cache_regression: { kind: 'cache_regression' },
  unpriced: { kind: 'unpriced' },
}

/** A rule that is named like a kind needs no `kind`, and replaces the default one; what is not said of it is its default. */
export function withImpliedKinds(given: unknown): unknown {
  if (given === undefined || given === null) return defaultRules
  if (typeof given !== 'object' || Array.isArray(given)) return given
  const named = Object.entries(given).map(([ruleName, rule]: [string, unknown]) => {
    const needsKind = ruleName in defaultRules && typeof rule === 'object' && (rule === null || !('kind' in rule))
    return [ruleName, needsKind ? { kind: ruleName, ...rule } : rule] as const
  })
  return { ...defaultRules, ...Object.fromEntries(named) }
}

const rules = z.preprocess(withImpliedKinds, z.record(name, alertRule))

export const alertRoute = z.strictObject({
  /** Every given field must agree; a list means any of its values. Nothing given matches everything. */
  match: z
    .partialRecord(
      z.enum(['kind', 'rule', 'severity', 'tenant', ...seriesDimensions]),
      z.union([text, z.array(text).min(1)]),
    )
    .default({}),
  /** The name of a channel under `channels`, `slack` for SLACK_WEBHOOK_URL, or `none`: nobody is told. */
  to: z.array(name).min(1).describe('a list of channels: names under channels, slack or none'),
})
export type AlertRoute = z.output<typeof alertRoute>

export const alertsConfig = z.strictObject({
  /** How often the series are judged. */
  every_seconds: positive.max(3600).default(10),
  /** What was recorded this recently is left for the next judgement: inserts under way may yet add to it. */
  settle_ms: z.number().int().min(0).max(60_000).default(2000),
  rules,
  /** The first that matches decides; without one, every alert goes to `slack` where SLACK_WEBHOOK_URL is set. */
  routes: z.array(alertRoute).default([]),
  /** Further Slack channels: the name of the environment variable that holds the webhook's URL (a secret stays out of files). */
  channels: z.record(name, z.strictObject({ slack_webhook_env: variableName })).default({}),
  /** Base of links in messages. Default: the console's own address. */
  console_url: z.url({ protocol: /^https?$/ }).optional(),
})
export type AlertsConfig = z.output<typeof alertsConfig>

export const defaultAlertsConfig: AlertsConfig = alertsConfig.parse({})

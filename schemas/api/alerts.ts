import { z } from 'zod'
import { alertKinds, alertStates, alertUnits } from '../events/alert.ts'
import { instant, usd } from './measures.ts'
import { windowParameters } from './time-window.ts'

/** At most 18 decimals, as everything exact here. */
const decimal = z.string().regex(/^-?\d+(\.\d{1,18})?$/)
const oneState = alertStates.join('|')

/** GET /api/v1/alerts: newest first by the time since when it was so. Without a window, of all times. */
export const alertsParameters = z.strictObject({
  ...windowParameters,
  state: z
    .string()
    .regex(new RegExp(`^(${oneState})(,(${oneState}))*$`), `expected some of ${alertStates.join(', ')}, with commas`)
    .optional()
    .describe(`some of ${alertStates.join(', ')}, with commas between them`),
  kind: z.enum(alertKinds).optional(),
  tenant: z.string().min(1).max(512).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100).describe('how many, at most'),
})

export const alertSchema = z.strictObject({
  tenant: z.string(),
  /** Opens it at /api/v1/alerts/:id. */
  alert_id: z.string(),
  rule: z.string(),
  kind: z.string(),
  state: z.string(),
  severity: z.string(),
  opened_at: instant.describe('event time since when it is so'),
  updated_at: instant.describe('event time of the last judgement'),
  resolved_at: instant.nullable(),
  dims: z.record(z.string(), z.string()).describe('which series; empty: the tenant as a whole'),
  unit: z.enum(alertUnits).nullable().describe('of observed and expected; null where the explanation cannot be read'),
  observed: decimal,
  expected: decimal,
  impact_usd: usd.describe('cost so far above what was expected'),
  impact_usd_per_hour: usd,
  historical: z.boolean().describe('recorded more than 24 h after it happened: nobody is told'),
  runbook: z.string(),
})
export type AlertRow = z.infer<typeof alertSchema>

export const alertsSchema = z.strictObject({
  alerts: z.array(alertSchema),
  /** Whether there are more than `limit`. */
  more: z.boolean(),
  /** The newest judgement knew the entries that were recorded until then; null where nothing was judged yet. */
  judged_until: instant.nullable(),
})
export type Alerts = z.infer<typeof alertsSchema>

const dims = z.record(z.string(), z.string())

/** As `AlertExplanation` of events/alert.ts describes it. */
export const alertExplanationSchema = z.object({
  unit: z.enum(alertUnits),
  observed: decimal,
  expected: decimal,
  window: z.object({ from: z.string(), to: z.string() }),
  baseline: z.string(),
  asKnownAt: z.string(),
  requests: z.string(),
  costUsd: z.string(),
  contributors: z.array(z.object({ dimension: z.string(), value: z.string(), share: decimal, usd: decimal })),
  alsoIn: z.array(dims),
  historical: z.boolean(),
  episode: z.number(),
  sql: z.record(z.string(), z.string()),
})
export type AlertExplanationView = z.infer<typeof alertExplanationSchema>

/** GET /api/v1/alerts/:id */
export const alertDetailSchema = z.strictObject({
  alert: alertSchema,
  /** null where it cannot be read. */
  explanation: alertExplanationSchema.nullable(),
  /** What happened to it, oldest first; the newest 200. */
  history: z.array(z.strictObject({ at: instant, event: z.string(), actor: z.string() })),
  /** Who was told, oldest first; the newest 200. */
  deliveries: z.array(
    z.strictObject({
      at: instant,
      channel: z.string(),
      /** delivered, retry (not now) or refused (never). */
      outcome: z.string(),
      /** The event it was about: opened, updated, escalated or resolved; '' where it is not known. */
      event: z.string(),
      /** What the channel said when it did not take it. */
      reason: z.string(),
    }),
  ),
})
export type AlertDetail = z.infer<typeof alertDetailSchema>

import { z } from 'zod'
import { count, instant, usd } from './measures.ts'
import { narrowingParameters } from './narrowing.ts'

export const defaultUnpricedDays = 35

/** GET /api/v1/unpriced */
export const unpricedParameters = z.strictObject({
  days: z.coerce.number().int().min(1).max(400).optional().describe(`how far back; default ${defaultUnpricedDays}`),
  ...narrowingParameters,
})

/** What it would cost if it cost what others do: an estimate, never part of a cost. */
const atRiskSchema = z.strictObject({
  usd,
  /** As the cheapest and the dearest of those others would; null where there is only one figure. */
  low_usd: usd.nullable(),
  high_usd: usd.nullable(),
  /** Whose prices: priced models of this provider for this tenant, of this tenant, of everybody; or what was accrued. */
  basis: z.enum(['provider', 'tenant', 'ledger', 'accrued']),
  /** How many models these are. */
  models: z.number().int(),
})
export type AtRisk = z.infer<typeof atRiskSchema>

const snippetSchema = z.strictObject({
  /** When this is the right one. */
  title: z.string(),
  /** A piece of spanledger.yaml. Where something is to be filled in, the configuration does not take it before that is done. */
  yaml: z.string(),
})

export const unpricedItemSchema = z.strictObject({
  tenant: z.string(),
  provider: z.string(),
  model: z.string(),
  /** Why there is no price. */
  warning: z.string(),
  requests: count,
  input_tokens: count,
  output_tokens: count,
  /** Of kinds that have no price. */
  unpriced_tokens: count,
  first_seen: instant,
  last_seen: instant,
  /** One of the charges, for `explain`. */
  example: z.string(),
  /** null: nothing to compare with. */
  at_risk: atRiskSchema.nullable(),
  what_to_do: z.string(),
  snippets: z.array(snippetSchema),
})
export type UnpricedItem = z.infer<typeof unpricedItemSchema>

/** The most at risk first. */
export const unpricedSchema = z.strictObject({
  days: z.number().int(),
  items: z.array(unpricedItemSchema),
  total: z.strictObject({
    requests: count,
    unpriced_tokens: count,
    at_risk_usd: usd,
    /** Requests whose dollars nobody can guess: not in `at_risk_usd`. */
    requests_without_estimate: count,
  }),
})
export type Unpriced = z.infer<typeof unpricedSchema>

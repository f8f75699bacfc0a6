import { z } from 'zod'
import { count, usd } from './measures.ts'
import { narrowingParameters } from './narrowing.ts'
import { windowParameters, windowSchema } from './time-window.ts'

/** GET /api/v1/coverage */
export const coverageParameters = z.strictObject({ ...windowParameters, ...narrowingParameters })

/** Whose a request can be said to be. */
export const coveredDimensions = ['team', 'feature', 'customer', 'user'] as const
export type CoveredDimension = (typeof coveredDimensions)[number]

const part = z.strictObject({ requests: count, cost: usd, unpriced_requests: count })

/** What there is, and what of it says each dimension. */
const coveredSchema = z.strictObject({
  total: part,
  with: z.strictObject({ team: part, feature: part, customer: part, user: part }),
})
export type Covered = z.infer<typeof coveredSchema>

export const serviceCoverageSchema = z.strictObject({
  /** null: all services that are not named. '' is a value: no service was given. */
  service: z.string().nullable(),
  ...coveredSchema.shape,
})
export type ServiceCoverage = z.infer<typeof serviceCoverageSchema>

/** The services sum to `all`, to the last digit. */
export const coverageSchema = z.strictObject({
  window: windowSchema,
  /** First those with the most spend, then requests, that have no team or no feature. */
  services: z.array(serviceCoverageSchema),
  all: coveredSchema,
})
export type Coverage = z.infer<typeof coverageSchema>

import fc from 'fast-check'
import type { Observation } from '../observation.ts'
import { observation, someTime } from './observations.ts'

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

/** Few ids, so that reports often meet: by response, by span, by event, and through one another. */
export const reports: fc.Arbitrary<Observation> = fc
  .record({
    tenant: fc.constantFrom('acme', 'umbrella'),
    source: fc.constantFrom('span' as const, 'usage_event' as const),
    dialect: fc.constantFrom('usage_event', 'otel_genai'),
    rank: fc.constantFrom(10, 30, 60),
    responseId: optional(fc.constantFrom('r1', 'r2', 'r3')),
    trusted: fc.boolean(),
    span: optional(fc.constantFrom('a1', 'a2', 'a3', 'a4')),
    eventId: optional(fc.constantFrom('e1', 'e2', 'e3')),
    at: fc.constantFrom(0, 10_000, 600_000, 1_500_000).map((shift) => someTime + shift),
    receivedAt: fc.integer({ min: someTime, max: someTime + 5000 }),
    requestModel: optional(fc.constantFrom('m', 'n')),
    responseModel: optional(fc.constantFrom('m-1', 'n-1')),
    team: optional(fc.constantFrom('search', 'ads')),
    user: optional(fc.constantFrom('u1', 'u2')),
    usage: optional(
      fc.record({
        input_tokens: fc.constantFrom(100, 200),
        cache_read_tokens: optional(fc.constantFrom(0, 50)),
        output_tokens: fc.constantFrom(10, 20),
        output_reasoning_tokens: optional(fc.constantFrom(0, 5)),
      }),
    ),
    inputCharacters: optional(fc.constantFrom(400, 4000)),
    outputCharacters: optional(fc.constantFrom(40, 80)),
    latencyMs: optional(fc.constantFrom(0, 700_000)),
    qualityScore: optional(fc.constantFrom(0.5, 0.9)),
    resultCache: fc.constantFrom('none' as const, 'none' as const, 'miss' as const, 'exact_hit' as const),
    status: fc.constantFrom('ok' as const, 'error' as const),
    reportedCostAtto: optional(fc.constantFrom(1n, 2n)),
    warnings: fc.constantFrom([], ['TTL_ASSUMED' as const], ['USAGE_ESTIMATED' as const]),
    tags: fc.constantFrom({}, { k: 'v' }, { k: 'w', l: 'x' }),
  })
  .filter(({ responseId, span, eventId }) => Boolean(responseId ?? span ?? eventId))
  .map(({ trusted, span, team, user, usage, ...rest }) => {
    const fields = {
      ...rest,
      ...(span && { traceId: 'f'.repeat(32), spanId: span.repeat(8) }),
      responseIdTrusted: trusted && rest.responseId !== undefined,
      attribution: { ...(team && { team }), ...(user && { user }) },
      usage: usage && Object.fromEntries(Object.entries(usage).filter(([, count]) => count !== undefined)),
    }
    return observation(Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)))
  })

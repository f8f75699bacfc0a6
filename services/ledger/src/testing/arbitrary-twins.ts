import fc from 'fast-check'
import type { Observation } from '../observation.ts'
import { observation, someTime } from './observations.ts'

const optional = <T>(arbitrary: fc.Arbitrary<T>, freq = 2) => fc.option(arbitrary, { nil: undefined, freq })

export interface TwinOptions {
  /** Spans have a length, and services a name: what runs inside another and counts the same may be the same request. */
  readonly timed: boolean
  /** How far apart requests may start, ms. */
  readonly shifts?: readonly number[]
  /** No response id is used for two requests: who is found out to share one is not looked for any more by what else it has. */
  readonly unambiguous?: boolean
}

/** Spans of several instrumentations in few traces, inside one another or not: often of one request, and never surely. */
export function twins({
  timed,
  shifts = [0, 10, 400, 5_000],
  unambiguous = false,
}: TwinOptions): fc.Arbitrary<Observation> {
  return fc
    .record({
      scope: fc.constantFrom('framework', 'sdk', 'gateway', 'server'),
      trace: fc.constantFrom('a', 'b'),
      span: fc.integer({ min: 1, max: 7 }),
      // Smaller than its own: no span is inside itself.
      parent: optional(fc.integer({ min: 1, max: 6 }), 4),
      responseId: optional(fc.constantFrom('resp-1', 'resp-2', 'chatcmpl-0123456789abcdef')),
      trusted: fc.boolean(),
      shift: fc.constantFrom(...shifts),
      latencyMs: fc.constantFrom(5, 300, 1_000, 9_000),
      service: optional(fc.constantFrom('shop', 'search'), 3),
      usage: optional(
        fc.constantFrom(
          { input_tokens: 100, output_tokens: 10 },
          { input_tokens: 100, output_tokens: 10, cache_read_tokens: 50 },
          ...(unambiguous ? [] : [{ input_tokens: 200, output_tokens: 20 }]),
        ),
        4,
      ),
      failed: fc.boolean(),
      model: fc.constantFrom('gpt-4o', 'gpt-4o-2024-08-06', 'other'),
      provider: fc.constantFrom('openai', 'openai-compatible:gateway.local'),
      user: optional(fc.constantFrom('u1', 'u2')),
    })
    .map(
      ({ scope, trace, span, parent, responseId, trusted, shift, service, failed, model, provider, user, ...rest }) =>
        observation({
          source: 'span',
          dialect: scope === 'server' ? 'inference_server' : scope,
          rank: { framework: 30, sdk: 20, gateway: 50, server: 60 }[scope] as number,
          scope,
          traceId: trace.repeat(32),
          spanId: String(span).repeat(16),
          ...(parent !== undefined && parent < span && { parentSpanId: String(parent).repeat(16) }),
          ...(responseId && { responseId, responseIdTrusted: trusted }),
          at: someTime + shift,
          ...(timed && { latencyMs: rest.latencyMs }),
          attribution: { ...(timed && service && { service }), ...(user && { user }) },
          ...(rest.usage && { usage: rest.usage }),
          status: failed && !rest.usage ? 'error' : 'ok',
          requestModel: model,
          provider,
        }),
    )
}

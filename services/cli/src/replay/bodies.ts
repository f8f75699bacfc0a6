import { encodeTraces } from '@spanledger/runtime/otlp/encode-traces'
import { asSpan } from '../traces/as-span.ts'
import { asUsageEvent } from '../traces/as-usage-event.ts'
import type { TimedRequest } from '../traces/rebase.ts'

export const replayShapes = ['events', 'spans', 'both'] as const
/** As what requests are sent: usage events, OTLP spans, or each request as both (a span, then an event). */
export type ReplayShape = (typeof replayShapes)[number]

interface Body {
  readonly path: string
  readonly contentType: string
  readonly bytes: string | Uint8Array
}

/** The bodies of a batch, byte for byte what a client would send. */
export function bodiesOf(batch: readonly TimedRequest[], as: ReplayShape): Body[] {
  const bodies: Body[] = []
  if (as !== 'events') {
    bodies.push({
      path: '/v1/traces',
      contentType: 'application/x-protobuf',
      bytes: encodeTraces(batch.map(asSpan)),
    })
  }
  if (as !== 'spans') {
    bodies.push({
      path: '/v1/usage',
      contentType: 'application/x-ndjson',
      bytes: batch.map((request) => JSON.stringify(asUsageEvent(request))).join('\n'),
    })
  }
  return bodies
}

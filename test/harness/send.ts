import type { ReplayShape } from '@spanledger/cli/replay/bodies'
import { createDoor } from '@spanledger/cli/replay/door'
import { type ReplaySummary, replay } from '@spanledger/cli/replay/replay'
import type { TimedRequest } from '@spanledger/cli/traces/rebase'
import type { Spanledger } from './spanledger.ts'

export interface SendOptions {
  readonly as: ReplayShape
  readonly apiKey?: string
  /** Every request is said to have started so much later than it says. */
  readonly laterMs?: number
  /** Spread over so many seconds, at the recorded distances; absent: as fast as the door takes it. */
  readonly seconds?: number
}

/** What `spanledger replay` does, in this process; waits long for a door that is away. */
export function send(
  target: Pick<Spanledger, 'doorUrl'>,
  requests: readonly TimedRequest[],
  options: SendOptions,
): Promise<ReplaySummary> {
  const { as, apiKey, laterMs = 0, seconds } = options
  const spanMs = (requests.at(-1)?.at ?? 0) - (requests[0]?.at ?? 0)
  return replay({
    requests: shifted(requests, laterMs),
    send: createDoor({ url: target.doorUrl, patienceMs: 120_000, ...(apiKey !== undefined && { apiKey }) }),
    as,
    ...(seconds !== undefined && { speed: spanMs / (seconds * 1000), maxBatch: 200 }),
  })
}

async function* shifted(requests: readonly TimedRequest[], laterMs: number): AsyncGenerator<TimedRequest> {
  for (const request of requests) yield { ...request, at: request.at + laterMs }
}

import { type Clock, systemClock } from '@spanledger/runtime/clock'
import type { TimedRequest } from '../traces/rebase.ts'
import { bodiesOf, type ReplayShape } from './bodies.ts'
import type { Answer } from './answer.ts'
import type { Send } from './door.ts'
import { pacedBatches } from './paced-batches.ts'

export interface ReplayOptions {
  readonly requests: AsyncIterable<TimedRequest>
  readonly send: Send
  readonly as: ReplayShape
  readonly speed?: number
  readonly maxBatch?: number
  readonly maxInFlight?: number
  readonly clock?: Clock
  readonly signal?: AbortSignal
  onProgress?(progress: ReplayProgress): void
}

export interface ReplayProgress {
  /** Requests whose every body was acknowledged, counted from the start without a gap: what a restart may skip. */
  readonly acknowledged: number
  /** Items (events and spans) sent and answered, and how many of them the door refused. */
  readonly sent: number
  readonly rejected: number
}

export interface ReplaySummary extends ReplayProgress {
  readonly accepted: number
  readonly rejectedByCode: Readonly<Record<string, number>>
  readonly durationMs: number
  /** The signal ended it before everything was sent. */
  readonly interrupted: boolean
}

/** Sends requests through the public door. Rejects on the first body the door refuses as a whole, or when it stays away. */
export async function replay(options: ReplayOptions): Promise<ReplaySummary> {
  const { send, as, clock = systemClock, signal, maxBatch = 500, maxInFlight = 4 } = options
  const startedMs = clock.nowMs()
  const rejectedByCode: Record<string, number> = {}
  const acknowledgedSizes = new Map<number, number>()
  const inFlight = new Set<Promise<void>>()
  let acknowledged = 0
  let nextBatch = 0
  let sent = 0
  let rejected = 0
  let failure: unknown

  function count(items: number, answer: Answer): void {
    sent += items
    rejected += answer.rejected
    for (const { code } of answer.refused) rejectedByCode[code] = (rejectedByCode[code] ?? 0) + 1
  }

  async function sendBatch(batchNumber: number, batch: readonly TimedRequest[]): Promise<void> {
    for (const body of bodiesOf(batch, as)) count(batch.length, await send(body.path, body.contentType, body.bytes))
    acknowledgedSizes.set(batchNumber, batch.length)
    for (let size = acknowledgedSizes.get(nextBatch); size !== undefined; size = acknowledgedSizes.get(nextBatch)) {
      acknowledgedSizes.delete(nextBatch++)
      acknowledged += size
    }
    options.onProgress?.({ acknowledged, sent, rejected })
  }

  let batchNumber = 0
  const pace = { maxBatch, clock, ...(options.speed && { speed: options.speed }), ...(signal && { signal }) }
  for await (const batch of pacedBatches(options.requests, pace)) {
    const sending: Promise<void> = sendBatch(batchNumber++, batch)
      .catch((error: unknown) => {
        failure ??= error
      })
      .finally(() => inFlight.delete(sending))
    inFlight.add(sending)
    if (inFlight.size >= maxInFlight) await Promise.race(inFlight)
    if (failure !== undefined) break
  }
  await Promise.all(inFlight)
  if (failure !== undefined && !signal?.aborted) throw failure
  return {
    acknowledged,
    sent,
    accepted: sent - rejected,
    rejected,
    rejectedByCode,
    durationMs: clock.nowMs() - startedMs,
    interrupted: signal?.aborted ?? false,
  }
}

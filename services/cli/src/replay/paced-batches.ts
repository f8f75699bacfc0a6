import { type Clock, sleep } from '@spanledger/runtime/clock'
import type { TimedRequest } from '../traces/rebase.ts'

export interface PaceOptions {
  /** Multiple of the recorded arrival rate; absent: as fast as batches are taken. */
  readonly speed?: number
  readonly maxBatch: number
  readonly clock: Clock
  readonly signal?: AbortSignal
}

/** Requests that are due within one tick travel in one batch. */
const tickMs = 100

/** Batches of requests in order, each held back until its requests are due. Ends early when `signal` aborts. */
export async function* pacedBatches(
  requests: AsyncIterable<TimedRequest>,
  options: PaceOptions,
): AsyncGenerator<TimedRequest[]> {
  const { speed, maxBatch, clock, signal } = options
  const startedMs = clock.nowMs()
  let firstAt: number | undefined
  let batch: TimedRequest[] = []
  for await (const request of requests) {
    if (signal?.aborted) return
    firstAt ??= request.at
    const dueMs = speed === undefined ? 0 : startedMs + nextTick((request.at - firstAt) / speed)
    if (batch.length >= maxBatch || (dueMs > clock.nowMs() && batch.length > 0)) {
      yield batch
      batch = []
    }
    if (dueMs > clock.nowMs()) await sleep(clock, dueMs - clock.nowMs(), signal)
    batch.push(request)
  }
  if (batch.length > 0 && !signal?.aborted) yield batch
}

function nextTick(elapsedMs: number): number {
  return Math.ceil(elapsedMs / tickMs) * tickMs
}

import { createManualClock, settle } from '@spanledger/runtime/testing/manual-clock'
import { expect, test } from 'vitest'
import type { TimedRequest } from '../traces/rebase.ts'
import { pacedBatches } from './paced-batches.ts'

async function* arriving(...offsets: number[]): AsyncGenerator<TimedRequest> {
  for (const at of offsets) yield { at } as TimedRequest
}

/** [milliseconds since the start, offsets in the batch], by a clock that is moved `forMs` on. */
async function batches(offsets: number[], speed: number | undefined, forMs: number, signal?: AbortSignal) {
  const clock = createManualClock()
  const startedMs = clock.nowMs()
  const seen: [number, number[]][] = []
  const options = { maxBatch: 3, clock, ...(speed && { speed }), ...(signal && { signal }) }
  const done = (async () => {
    for await (const batch of pacedBatches(arriving(...offsets), options)) {
      seen.push([clock.nowMs() - startedMs, batch.map((request) => request.at)])
    }
  })()
  await clock.advance(forMs)
  await settle()
  return { seen, done }
}

test('without a speed, batches are full and nothing waits', async () => {
  const { seen } = await batches([0, 10, 20, 3_600_000], undefined, 0)
  expect(seen).toEqual([
    [0, [0, 10, 20]],
    [0, [3_600_000]],
  ])
})

test('at speed 10 an hour of trace takes six minutes, and neighbours travel together', async () => {
  const { seen, done } = await batches([0, 10, 20, 3_600_000], 10, 360_000)
  await done
  expect(seen).toEqual([
    [0, [0]],
    [100, [10, 20]],
    [360_000, [3_600_000]],
  ])
})

test('an abort ends the wait for the next request', async () => {
  const abort = new AbortController()
  const { seen, done } = await batches([0, 3_600_000], 1, 1_000, abort.signal)
  abort.abort()
  await done
  expect(seen).toEqual([[0, [0]]])
})

import { expect, it } from 'vitest'
import { SpanledgerError } from '../errors.ts'
import { createManualClock } from '../testing/manual-clock.ts'
import { decide, retry } from './retry.ts'

const busy = new SpanledgerError('BUSY', 'busy', { retryable: true, hint: 'wait' })
const broken = new SpanledgerError('BROKEN', 'broken', { retryable: false, hint: 'repair' })
const never = new AbortController().signal

it('retries what can succeed later, and nothing else', () => {
  expect(decide(busy)).toBe('retry')
  expect(decide(broken)).toBe('fail')
  expect(decide(new TypeError('a mistake'))).toBe('fail')
  expect(decide('a string')).toBe('fail')
})

it('waits longer each time, and gives what finally succeeds', async () => {
  const clock = createManualClock()
  const delays: number[] = []
  let calls = 0
  const result = retry(
    async () => {
      if (++calls < 4) throw busy
      return 'done'
    },
    {
      clock,
      signal: never,
      backoffMs: (attempt) => 100 * attempt,
      onRetry: (_error, _attempt, delayMs) => delays.push(delayMs),
    },
  )
  await clock.advance(99)
  expect(calls).toBe(1)
  await clock.advance(1_000)
  expect(await result).toBe('done')
  expect(delays).toEqual([100, 200, 300])
})

it('gives up at once when it is aborted, with the last error', async () => {
  const clock = createManualClock()
  const abort = new AbortController()
  const result = retry(() => Promise.reject(busy), { clock, signal: abort.signal, onRetry: () => undefined })
  const error = result.catch((reason: unknown) => reason)
  await clock.advance(1)
  abort.abort()
  expect(await error).toBe(busy)
  expect(clock.pending).toBe(0)
})

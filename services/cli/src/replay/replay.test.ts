import { expect, test } from 'vitest'
import { rebasedRequests } from '../traces/rebase.ts'
import { openTrace } from '../traces/trace-file.ts'
import type { Send } from './door.ts'
import { replay } from './replay.ts'

async function requests(limit: number) {
  return rebasedRequests(await openTrace('azure-code'), { seed: 1, endAtMs: Date.parse('2026-11-20T12:00:00Z'), limit })
}

const accept: Send = async () => ({ rejected: 0, refused: [] })

test('every request is sent once, as a span and then an event when both are asked for', async () => {
  const bodies: [path: string, items: number][] = []
  const send: Send = async (path, _type, body) => {
    bodies.push([path, typeof body === 'string' ? body.split('\n').length : -1])
    return { rejected: 0, refused: [] }
  }
  const summary = await replay({ requests: await requests(250), send, as: 'both', maxBatch: 100, maxInFlight: 1 })
  expect(bodies).toEqual([
    ['/v1/traces', -1],
    ['/v1/usage', 100],
    ['/v1/traces', -1],
    ['/v1/usage', 100],
    ['/v1/traces', -1],
    ['/v1/usage', 50],
  ])
  expect(summary).toMatchObject({ acknowledged: 250, sent: 500, accepted: 500, rejected: 0, interrupted: false })
})

test('what counts as acknowledged has no gap, however answers are ordered', async () => {
  const answers: (() => void)[] = []
  const send: Send = () => new Promise((resolve) => answers.push(() => resolve({ rejected: 0, refused: [] })))
  const seen: number[] = []
  const onProgress = ({ acknowledged }: { acknowledged: number }) => void seen.push(acknowledged)
  const done = replay({ requests: await requests(300), send, as: 'events', maxBatch: 100, maxInFlight: 3, onProgress })
  while (answers.length < 3) await new Promise((resolve) => setImmediate(resolve))
  for (const answer of answers.toReversed()) {
    answer()
    await new Promise((resolve) => setImmediate(resolve))
  }
  await done
  expect(seen).toEqual([0, 0, 300])
})

test('refused items are counted by their code and do not end the replay', async () => {
  const send: Send = async () => ({ rejected: 1, refused: [{ code: 'TIME_TOO_OLD', message: '' }] })
  const summary = await replay({ requests: await requests(200), send, as: 'events', maxBatch: 100 })
  expect(summary).toMatchObject({ sent: 200, accepted: 198, rejected: 2, rejectedByCode: { TIME_TOO_OLD: 2 } })
})

test('a body that is refused as a whole ends the replay with its error', async () => {
  const send: Send = () => Promise.reject(new Error('401'))
  await expect(replay({ requests: await requests(5000), send, as: 'events' })).rejects.toThrow('401')
})

test('an abort stops after the batches under way and says so', async () => {
  const abort = new AbortController()
  const onProgress = () => abort.abort()
  const { signal } = abort
  const summary = await replay({ requests: await requests(5000), send: accept, as: 'events', signal, onProgress })
  expect(summary.interrupted).toBe(true)
  expect(summary.acknowledged).toBeLessThan(5000)
})

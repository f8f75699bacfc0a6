import { describe, expect, it } from 'vitest'
import { createGroup } from './lifecycle.ts'
import type { Service } from './service.ts'
import { describeServiceContract } from './testing/service-contract.ts'

/** Services that write down what happens to them. */
function createRecorder() {
  const calls: string[] = []
  const service = (name: string, more: Partial<Service> = {}): Service => ({
    name,
    start: async () => void calls.push(`start ${name}`),
    stop: async () => void calls.push(`stop ${name}`),
    ...more,
  })
  return { calls, service }
}

const broken = { start: () => Promise.reject(new Error('b cannot start')) }

describeServiceContract('a group', {
  create() {
    const { service } = createRecorder()
    return createGroup('group', [service('a'), service('b')])
  },
  createBroken() {
    const { service } = createRecorder()
    return createGroup('group', [service('a'), service('b', broken)])
  },
})

describe('a group', () => {
  it('starts in order and stops in reverse', async () => {
    const { calls, service } = createRecorder()
    const group = createGroup('group', [service('a'), service('b')])
    await group.start()
    await group.start()
    await group.stop()
    expect(calls).toEqual(['start a', 'start b', 'stop b', 'stop a'])
  })

  it('stops what it had started when one cannot start, and says why', async () => {
    const { calls, service } = createRecorder()
    const group = createGroup('group', [service('a'), service('b', broken), service('c')])
    await expect(group.start()).rejects.toThrow('b cannot start')
    expect(calls).toEqual(['start a', 'stop b', 'stop a'])
    await group.stop()
    expect(calls).toHaveLength(3)
  })

  it('stops the others when one cannot stop, and says which', async () => {
    const { calls, service } = createRecorder()
    const stuck = { stop: () => Promise.reject(new Error('b cannot stop')) }
    const group = createGroup('group', [service('a'), service('b', stuck), service('c')])
    await group.start()
    await expect(group.stop()).rejects.toThrow('b cannot stop')
    expect(calls.slice(3)).toEqual(['stop c', 'stop a'])
  })

  it('starts nothing more once it is asked to stop', async () => {
    const { calls, service } = createRecorder()
    let ready = () => {}
    const slow = { start: () => new Promise<void>((resolve) => (ready = resolve)) }
    const group = createGroup('group', [service('a', slow), service('b')])
    const started = group.start()
    const stopped = group.stop()
    ready()
    await Promise.all([started, stopped])
    expect(calls).toEqual(['stop a'])
  })
})

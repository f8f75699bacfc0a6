import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { createLogger } from './logger.ts'
import { runUntilSignal } from './signals.ts'
import { createManualClock, settle } from './testing/manual-clock.ts'

const logger = createLogger({ name: 'test', level: 'silent' })

/** A process that signals can be sent to and whose exits are noted. */
function createHost() {
  const exits: number[] = []
  const emitter = new EventEmitter()
  return {
    host: Object.assign(emitter, { exit: (code: number) => exits.push(code) }) as unknown as NodeJS.Process,
    exits,
    send: (signal: 'SIGINT' | 'SIGTERM') => emitter.emit(signal, signal),
    listeners: () => emitter.listenerCount('SIGINT') + emitter.listenerCount('SIGTERM'),
  }
}

function createService(stopped: Promise<void> = Promise.resolve()) {
  const calls: string[] = []
  const service = {
    name: 'test',
    start: async () => void calls.push('start'),
    stop: () => {
      calls.push('stop')
      return stopped
    },
  }
  return { service, calls }
}

it('keeps a service until a signal, drains it once, and leaves no listeners', async () => {
  const { service, calls } = createService()
  const { host, send, listeners } = createHost()
  let ready = false
  const code = runUntilSignal({ service, logger, process: host, onReady: () => (ready = true) })
  await settle()
  expect(ready).toBe(true)
  expect(calls).toEqual(['start'])
  send('SIGTERM')
  expect(await code).toBe(0)
  expect(calls).toEqual(['start', 'stop'])
  expect(listeners()).toBe(0)
})

it('ends at once on a second signal, but takes an echo of the first one for what it is', async () => {
  let release = () => {}
  const { service, calls } = createService(new Promise((resolve) => (release = resolve)))
  const { host, send, exits } = createHost()
  const clock = createManualClock()
  const code = runUntilSignal({ service, logger, process: host, clock })
  await settle()
  send('SIGINT')
  send('SIGINT')
  await clock.advance(499)
  send('SIGINT')
  expect(exits).toEqual([])
  await clock.advance(1)
  send('SIGINT')
  expect(exits).toEqual([130])
  release()
  await code
  expect(calls).toEqual(['start', 'stop'])
})

it('stops and reports 1 when the service can no longer work', async () => {
  const { service, calls } = createService()
  const { host } = createHost()
  const code = await runUntilSignal({ service, logger, process: host, failed: Promise.resolve(new Error('gone')) })
  expect(code).toBe(1)
  expect(calls).toEqual(['start', 'stop'])
})

it('throws what kept the service from starting', async () => {
  const { service } = createService()
  const { host, listeners } = createHost()
  const broken = { ...service, start: () => Promise.reject(new Error('port in use')) }
  await expect(runUntilSignal({ service: broken, logger, process: host })).rejects.toThrow('port in use')
  expect(listeners()).toBe(0)
})

it('drains a service that is asked to stop while it starts', async () => {
  const { service, calls } = createService()
  const { host, send } = createHost()
  const slow = { ...service, start: () => new Promise<void>(() => undefined) }
  const code = runUntilSignal({ service: slow, logger, process: host })
  await settle()
  send('SIGTERM')
  expect(await code).toBe(0)
  expect(calls).toEqual(['stop'])
})

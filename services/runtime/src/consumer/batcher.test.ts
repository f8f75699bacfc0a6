import { expect, it } from 'vitest'
import type { LogEntry } from '../event-log/port.ts'
import { createManualClock } from '../testing/manual-clock.ts'
import { Batcher, entryBytes } from './batcher.ts'

function entry(offset: number, bytes = 0): LogEntry {
  return { topic: 't', partition: 0, offset, appendedAtMs: 0, key: '', value: new Uint8Array(bytes), headers: {} }
}
const offsets = (batch: readonly LogEntry[] | undefined) => batch?.map(({ offset }) => offset)
const limits = { maxEntries: 3, maxBytes: 100_000, lingerMs: 50, inFlight: 1 }

it('closes a batch at its number of entries, keeping the order', () => {
  const batcher = new Batcher(limits, createManualClock(), () => undefined)
  batcher.add([0, 1, 2, 3].map((offset) => entry(offset)))
  expect(batcher.full).toBe(true)
  expect(offsets(batcher.take())).toEqual([0, 1, 2])
  expect(batcher.full).toBe(false)
  expect(batcher.take()).toBeUndefined()
})

it('closes a batch before it grows past its bytes; a larger entry goes alone', () => {
  const batcher = new Batcher({ ...limits, maxEntries: 100, maxBytes: 1_000 }, createManualClock(), () => undefined)
  batcher.add([entry(0, 400), entry(1, 400), entry(2, 5_000), entry(3, 900)])
  expect(offsets(batcher.take())).toEqual([0])
  expect(offsets(batcher.take())).toEqual([1])
  expect(offsets(batcher.take())).toEqual([2])
  expect(offsets(batcher.take())).toEqual([3])
  expect(entryBytes(entry(0, 400))).toBeGreaterThan(400)
})

it('waits for others only so long', async () => {
  const clock = createManualClock()
  let ready = 0
  const batcher = new Batcher(limits, clock, () => (ready += 1))
  batcher.add([entry(0)])
  await clock.advance(40)
  batcher.add([entry(1)])
  expect(ready).toBe(0)
  await clock.advance(10)
  expect(ready).toBe(1)
  expect(offsets(batcher.take())).toEqual([0, 1])
  expect(clock.pending).toBe(0)
})

it('forgets what was not taken, and its timer', () => {
  const clock = createManualClock()
  const batcher = new Batcher(limits, clock, () => undefined)
  batcher.add([0, 1, 2, 3].map((offset) => entry(offset)))
  batcher.clear()
  expect(batcher.full).toBe(false)
  expect(clock.pending).toBe(0)
})

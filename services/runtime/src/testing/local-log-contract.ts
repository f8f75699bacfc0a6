import { topics } from '@spanledger/schemas/events/topics'
import { afterEach, describe, expect, it } from 'vitest'
import { type LocalLogOptions, trimEveryMs } from '../event-log/local-log-options.ts'
import type { EventLog, LogRecord } from '../event-log/port.ts'
import { collect, positionsAfter } from './collect.ts'
import { eventually } from './eventually.ts'
import { createManualClock, type ManualClock } from './manual-clock.ts'

const topic = 'usage_events'
const hourMs = 3_600_000

/** Some 10 kB, enough of them under one cap. */
function block(text: string): LogRecord {
  return { topic, key: 'same key', value: Buffer.from(text.padEnd(10_000, '.')) }
}
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)

/** What the logs of this machine promise about their size, on top of the event log's own promises. */
export function describeLocalLogContract(
  name: string,
  create: (options: LocalLogOptions) => Promise<{ log: EventLog; dispose(): Promise<void> }>,
): void {
  describe(`${name} is bounded`, () => {
    let subject: { log: EventLog; dispose(): Promise<void> } | undefined
    async function opened(options: LocalLogOptions): Promise<EventLog> {
      subject = await create({ partitions: 1, ...options })
      return subject.log
    }
    afterEach(async () => {
      await subject?.dispose()
      subject = undefined
    })

    /** Letting go is work of its own, and looked for again only when it is done: the clock goes on until then. */
    async function untilAlertsHeld(log: EventLog, clock: ManualClock, count: number): Promise<void> {
      let held = -1
      await eventually(`${count} alerts are held`, () => {
        void clock.advance(trimEveryMs)
        void log.lag('nobody', [topics.alerts]).then((lag) => (held = lag))
        return held === count
      })
    }

    /** What a group that comes now can still read. */
    async function oldest(log: EventLog): Promise<{ first: string; count: number }> {
      const { entries, subscription } = await collect(log, `late ${Math.random()}`, [topic])
      await log.append([{ topic, key: 'same key', value: Buffer.from('end') }])
      await eventually('the end', () => entries.some(({ value }) => value.length === 3))
      await subscription.stop()
      return { first: Buffer.from(entries[0]!.value).toString().replace(/\.+$/, ''), count: entries.length - 1 }
    }

    it('refuses appends when it is full of what nobody processed, and takes them again after a commit', async () => {
      const log = await opened({ maxBytes: 1_000_000 })
      const { entries, subscription } = await collect(log, 'g', [topic])
      let accepted = 0
      const refused = await (async () => {
        for (;;) await log.append([block(String(accepted))]).then(() => (accepted += 1))
      })().catch((error: unknown) => error)
      expect(refused).toMatchObject({ code: 'LOG_FULL', retryable: true })
      expect(accepted).toBeGreaterThan(60)
      expect(accepted).toBeLessThanOrEqual(100)
      await expect(log.append([block('still')])).rejects.toMatchObject({ code: 'LOG_FULL' })

      await eventually('everything accepted arrives', () => entries.length === accepted)
      await subscription.commit(positionsAfter(entries))
      for (const index of numbers(accepted)) await log.append([block(`later ${index}`)])
      await eventually('what came later arrives', () => entries.length === 2 * accepted)
    })

    it('refuses an append as a whole', async () => {
      const log = await opened({ maxBytes: 300_000 })
      const { entries } = await collect(log, 'g', [topic])
      await expect(log.append(numbers(40).map((index) => block(String(index))))).rejects.toMatchObject({
        code: 'LOG_FULL',
      })
      await log.append([block('fits')])
      await eventually('something arrives', () => entries.length > 0)
      expect(entries).toHaveLength(1)
    })

    it('keeps processed entries for the retention, then lets them go', async () => {
      const clock = createManualClock()
      const log = await opened({ clock, retentionMs: 24 * hourMs })
      const { entries, subscription } = await collect(log, 'g', [topic])
      await log.append([block('first')])
      await clock.advance(hourMs)
      await log.append([block('second')])
      await eventually('both arrive', () => entries.length === 2)
      await subscription.commit(positionsAfter(entries))
      await clock.advance(22.9 * hourMs)
      await log.append([block('third')])
      expect(await oldest(log)).toEqual({ first: 'first', count: 3 })
      await eventually('all arrive', () => entries.length === 4)
      await subscription.commit(positionsAfter(entries))
    })

    it('lets go by the age of the append, but never what some group has not committed', async () => {
      const clock = createManualClock()
      const log = await opened({ clock, retentionMs: 24 * hourMs })
      const { entries, subscription } = await collect(log, 'g', [topic])
      const slow = await collect(log, 'slow', [topic])
      for (const name of ['first', 'second', 'third']) await log.append([block(name)])
      await eventually('all arrive', () => entries.length === 3 && slow.entries.length === 3)
      await subscription.commit(positionsAfter(entries))
      await slow.subscription.commit(positionsAfter(slow.entries.slice(0, 1)))
      await clock.advance(48 * hourMs)
      await log.append([block('fourth')])
      await log.append([block('fifth')])
      // `slow` is done with the first only.
      await clock.advance(hourMs)
      expect(await log.lag('slow', [topic])).toBe(4)
      await slow.subscription.stop()
      await subscription.stop()
      expect(await oldest(log)).toEqual({ first: 'second', count: 4 })
    })

    it('keeps what no group ever asked for', async () => {
      const clock = createManualClock()
      const log = await opened({ clock, retentionMs: hourMs, maxBytes: 100_000 })
      await log.append([block('kept')])
      await clock.advance(48 * hourMs)
      await expect(log.append(numbers(10).map(String).map(block))).rejects.toMatchObject({ code: 'LOG_FULL' })
      expect(await oldest(log)).toEqual({ first: 'kept', count: 1 })
    })

    it('lets alerts go by age without a channel, or with one that is gone, and gives those that are left', async () => {
      const clock = createManualClock()
      const log = await opened({ clock, retentionMs: 24 * hourMs })
      const alert = (text: string) => ({ ...block(text), topic: topics.alerts })
      await log.append([alert('nobody was there')])
      await clock.advance(25 * hourMs)
      await untilAlertsHeld(log, clock, 0)
      const gone = await collect(log, 'gone', [topics.alerts])
      await log.append([alert('told'), alert('not told')])
      await eventually('both arrive', () => gone.entries.length === 2)
      await gone.subscription.commit(positionsAfter(gone.entries.slice(0, 1)))
      await gone.subscription.stop()
      await clock.advance(25 * hourMs)
      await untilAlertsHeld(log, clock, 0)
      await log.append([alert('new')])
      const back = await collect(log, 'gone', [topics.alerts])
      await eventually('the new one', () => back.entries.length === 1)
      expect(Buffer.from(back.entries[0]!.value).toString()).toMatch(/^new/)
    })

    it('lets dead letters go without anyone reading them', async () => {
      const log = await opened({ maxBytes: 500_000 })
      for (const index of numbers(200)) await log.append([{ ...block(String(index)), topic: `${topic}.rejected` }])
      await log.append([block('still works')])
      expect(await oldest(log)).toEqual({ first: 'still works', count: 1 })
    })
  })
}

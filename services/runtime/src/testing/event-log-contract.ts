import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { EventLog, LogEntry, LogRecord } from '../event-log/port.ts'
import { collect, positionsAfter } from './collect.ts'
import { eventually } from './eventually.ts'

export interface EventLogSubject {
  /** Started. */
  readonly log: EventLog
  /** Stops the log and gives a started one on the same data, as after a restart of the process. */
  reopen(): Promise<EventLog>
  /** Stops and removes everything. */
  dispose(): Promise<void>
}

const topic = 'usage_events'

export function record(key: string, text = key, headers?: Record<string, string>): LogRecord {
  return { topic, key, value: Buffer.from(text), ...(headers && { headers }) }
}

const texts = (entries: readonly LogEntry[]) => entries.map(({ value }) => Buffer.from(value).toString())
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)

/** What every event log promises (event-log/port.ts), whatever it is made of. `create` gives an empty one each time. */
export function describeEventLogContract(name: string, create: () => Promise<EventLogSubject>): void {
  describe(`${name} keeps the promises of an event log`, () => {
    let subject: EventLogSubject | undefined
    async function opened(): Promise<EventLog> {
      subject = await create()
      return subject.log
    }
    afterEach(async () => {
      await subject?.dispose()
      subject = undefined
    })

    it('delivers records as they were appended: key, value, headers, and when', async () => {
      const log = await opened()
      const { entries } = await collect(log, 'g', [topic])
      const before = Date.now() - 1_000
      await log.append([record('k1', 'v1', { 'spanledger-tenant': 'acme', more: 'ü' }), record('ключ', '')])
      await eventually('both arrive', () => entries.length === 2)
      const [first, second] = entries.toSorted((a, b) => a.key.localeCompare(b.key, 'en'))
      expect(first).toMatchObject({ topic, key: 'k1', headers: { 'spanledger-tenant': 'acme', more: 'ü' } })
      expect(second).toMatchObject({ topic, key: 'ключ', headers: {} })
      expect(texts([first!, second!])).toEqual(['v1', ''])
      expect(first!.appendedAtMs).toBeGreaterThan(before)
    })

    it('keeps any bytes under any key', async () => {
      const log = await opened()
      const { entries } = await collect(log, 'g', [topic])
      const sent = fc.sample(
        fc.record({ key: fc.string({ unit: 'grapheme', minLength: 1 }), value: fc.uint8Array({ maxLength: 5_000 }) }),
        { numRuns: 300, seed: 7 },
      )
      await log.append(sent.map(({ key, value }) => ({ topic, key, value })))
      await eventually('all arrive', () => entries.length === sent.length)
      const form = (all: readonly { key: string; value: Uint8Array }[]) =>
        all.map(({ key, value }) => `${key} ${Buffer.from(value).toString('hex')}`).toSorted()
      expect(form(entries)).toEqual(form(sent))
    })

    it('takes a record of some megabytes', async () => {
      const log = await opened()
      const { entries } = await collect(log, 'g', [topic])
      await log.append([{ topic, key: 'big', value: Buffer.alloc(3_000_000, 'x') }])
      await eventually('it arrives', () => entries.length === 1)
      expect(entries[0]!.value).toHaveLength(3_000_000)
    })

    it('does not change what was appended when the caller uses its buffer again', async () => {
      const log = await opened()
      const value = Buffer.from('before')
      await log.append([{ topic, key: 'k', value }])
      value.fill('x')
      const { entries } = await collect(log, 'g', [topic])
      await eventually('it arrives', () => entries.length === 1)
      expect(texts(entries)).toEqual(['before'])
    })

    it('keeps the records of a key in one partition, in order, with offsets that only grow', async () => {
      const log = await opened()
      const { entries } = await collect(log, 'g', [topic])
      for (const round of numbers(20)) {
        await log.append(numbers(50).map((index) => record(`key-${index}`, String(round))))
      }
      await eventually('all arrive', () => entries.length === 1_000)
      for (const index of numbers(50)) {
        const ofKey = entries.filter(({ key }) => key === `key-${index}`)
        expect(new Set(ofKey.map(({ partition }) => partition)).size).toBe(1)
        expect(texts(ofKey)).toEqual(numbers(20).map(String))
      }
      for (const partition of new Set(entries.map((entry) => entry.partition))) {
        const offsets = entries.filter((entry) => entry.partition === partition).map(({ offset }) => offset)
        expect(offsets).toEqual([...new Set(offsets)].toSorted((a, b) => a - b))
      }
      expect(new Set(entries.map((entry) => entry.partition)).size).toBeGreaterThan(1)
    })

    it('takes appends at the same time, each whole', async () => {
      const log = await opened()
      const { entries } = await collect(log, 'g', [topic])
      await Promise.all(numbers(100).map((call) => log.append(numbers(20).map((index) => record(`${call}-${index}`)))))
      await eventually('all arrive', () => entries.length === 2_000)
      expect(new Set(texts(entries)).size).toBe(2_000)
    })

    it('hands over the entries of a partition one call at a time, the next when the one before is done', async () => {
      const log = await opened()
      let running = 0
      let most = 0
      const seen: string[] = []
      await log.subscribe({
        group: 'g',
        topics: [topic],
        async onEntries(entries) {
          most = Math.max(most, ++running)
          await new Promise((resolve) => setImmediate(resolve))
          seen.push(...texts(entries))
          running -= 1
        },
      })
      for (const index of numbers(50)) await log.append([record('same key', String(index))])
      await eventually('all arrive', () => seen.length === 50)
      expect(most).toBe(1)
      expect(seen).toEqual(numbers(50).map(String))
    })

    it('gives nothing more of a partition while its handler waits', async () => {
      const log = await opened()
      const calls: (() => void)[] = []
      const subscription = await log.subscribe({
        group: 'g',
        topics: [topic],
        onEntries: () => new Promise((resolve) => calls.push(resolve)),
      })
      await log.append([record('k', '1')])
      await eventually('the first is handed over', () => calls.length === 1)
      for (const index of numbers(20)) await log.append([record('k', String(index))])
      expect(calls).toHaveLength(1)
      const stopped = subscription.stop()
      calls[0]!()
      await stopped
    })

    it('gives the same entries again to a handler that rejects', async () => {
      const log = await opened()
      const seen: string[] = []
      await log.subscribe({
        group: 'g',
        topics: [topic],
        async onEntries(entries) {
          seen.push(...texts(entries))
          if (seen.length === 1) throw new Error('not this time')
        },
      })
      await log.append([record('k', 'again')])
      await eventually('it comes twice', () => seen.length === 2)
      expect(seen).toEqual(['again', 'again'])
    })

    it('starts a new group at the oldest entry, and gives every group everything', async () => {
      const log = await opened()
      await log.append(numbers(100).map((index) => record(`k${index}`)))
      const first = await collect(log, 'g1', [topic])
      const second = await collect(log, 'g2', [topic])
      await eventually('both have all', () => first.entries.length === 100 && second.entries.length === 100)
    })

    it('gives a group only the topics that it asked for', async () => {
      const log = await opened()
      const { entries } = await collect(log, 'g', [topic, 'otlp_spans'])
      await log.append([
        { ...record('a'), topic: 'otlp_logs' },
        { ...record('b'), topic: 'otlp_spans' },
        { ...record('c') },
      ])
      await eventually('two arrive', () => entries.length === 2)
      expect(entries.map((entry) => entry.topic).toSorted()).toEqual(['otlp_spans', topic])
    })

    it('gives again what was not committed, and nothing that was', async () => {
      const log = await opened()
      await log.append([record('k', '1'), record('k', '2'), record('k', '3')])
      const first = await collect(log, 'g', [topic])
      await eventually('all arrive', () => first.entries.length === 3)
      await first.subscription.commit(positionsAfter(first.entries.slice(0, 2)))
      await first.subscription.stop()
      const second = await collect(log, 'g', [topic])
      await eventually('the third comes again', () => second.entries.length > 0)
      await log.append([record('k', '4')])
      await eventually('and the new one', () => texts(second.entries).includes('4'))
      expect(texts(second.entries)).toEqual(['3', '4'])
    })

    it('never moves a position backwards', async () => {
      const log = await opened()
      await log.append([record('k', '1'), record('k', '2'), record('k', '3')])
      const first = await collect(log, 'g', [topic])
      await eventually('all arrive', () => first.entries.length === 3)
      await first.subscription.commit(positionsAfter(first.entries))
      await first.subscription.commit(positionsAfter(first.entries.slice(0, 1)))
      expect(await log.lag('g', [topic])).toBe(0)
      await first.subscription.stop()
      const second = await collect(log, 'g', [topic])
      await log.append([record('k', '4')])
      await eventually('the new one arrives', () => second.entries.length > 0)
      expect(texts(second.entries)).toEqual(['4'])
    })

    it('never gives an entry to two members of a group', async () => {
      const log = await opened()
      const first = await collect(log, 'g', [topic])
      const second = await collect(log, 'g', [topic]).catch((error: { code: string; retryable: boolean }) => {
        // Sharing is not asked of every log; a clear refusal is.
        expect(error).toMatchObject({ code: 'GROUP_BUSY', retryable: true })
        return undefined
      })
      await log.append(numbers(200).map((index) => record(`k${index}`)))
      const all = () => [...first.entries, ...(second?.entries ?? [])]
      await eventually('all arrive', () => all().length >= 200)
      expect(new Set(texts(all())).size).toBe(200)
      expect(all()).toHaveLength(200)
    })

    it('waits for handlers when a subscription stops, and hands over nothing after', async () => {
      const log = await opened()
      let release: (() => void) | undefined
      let calls = 0
      const subscription = await log.subscribe({
        group: 'g',
        topics: [topic],
        onEntries: () => {
          calls += 1
          return new Promise((resolve) => (release = resolve))
        },
      })
      await log.append([record('k')])
      await eventually('the handler runs', () => calls === 1)
      let stopped = false
      const stopping = subscription.stop().then(() => (stopped = true))
      await new Promise((resolve) => setImmediate(resolve))
      expect(stopped).toBe(false)
      release!()
      await stopping
      await subscription.stop()
      await log.append([record('k')])
      const other = await collect(log, 'other', [topic])
      await eventually('another group gets both', () => other.entries.length === 2)
      expect(calls).toBe(1)
      expect(await log.lag('g', [topic])).toBe(2)
    })

    it('tells a subscriber which partitions it has before it gets entries of them', async () => {
      const log = await opened()
      await log.append([record('k')])
      const seen: string[] = []
      await log.subscribe({
        group: 'g',
        topics: [topic],
        async onAssigned(partitions) {
          expect(partitions.length).toBeGreaterThan(0)
          seen.push('assigned')
        },
        async onEntries() {
          seen.push('entries')
        },
      })
      await eventually('entries come', () => seen.includes('entries'))
      expect(seen).toEqual(['assigned', 'entries'])
    })

    it('counts as lag what a group has not committed', async () => {
      const log = await opened()
      await log.append(numbers(10).map((index) => record(`k${index}`)))
      const { entries, subscription } = await collect(log, 'g', [topic])
      expect(await log.lag('g', [topic])).toBe(10)
      await eventually('all arrive', () => entries.length === 10)
      await subscription.commit(positionsAfter(entries))
      expect(await log.lag('g', [topic])).toBe(0)
      await log.append([record('one more')])
      expect(await log.lag('g', [topic])).toBe(1)
      expect(await log.lag('g', ['otlp_spans'])).toBe(0)
    })

    it('goes on after a restart where it was: every entry, every position', async () => {
      const log = await opened()
      await log.append([record('k', '1'), record('k', '2')])
      const first = await collect(log, 'g', [topic])
      await eventually('all arrive', () => first.entries.length === 2)
      await first.subscription.commit(positionsAfter(first.entries.slice(0, 1)))
      const again = await subject!.reopen()
      await again.append([record('k', '3')])
      const second = await collect(again, 'g', [topic])
      const fresh = await collect(again, 'fresh', [topic])
      await eventually('the rest arrives', () => second.entries.length === 2 && fresh.entries.length === 3)
      expect(texts(second.entries)).toEqual(['2', '3'])
      expect(texts(fresh.entries)).toEqual(['1', '2', '3'])
    })

    it('refuses appends when it is stopped, as something to try again', async () => {
      const log = await opened()
      await log.stop()
      await expect(log.append([record('k')])).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', retryable: true })
    })
  })
}

import { expect, it } from 'vitest'
import { collect, positionsAfter } from '../collect.ts'
import { eventually } from '../eventually.ts'
import { numbers, type Opened, record, texts, topic } from './contract-subject.ts'

/** Where groups stand, and that it lasts. */
export function itKeepsPositions(opened: Opened): void {
  it('starts a new group at the oldest entry, and gives every group everything', async () => {
    const { log } = await opened()
    await log.append(numbers(100).map((index) => record(`k${index}`)))
    const first = await collect(log, 'g1', [topic])
    const second = await collect(log, 'g2', [topic])
    await eventually('both have all', () => first.entries.length === 100 && second.entries.length === 100)
  })

  it('gives a group only the topics that it asked for', async () => {
    const { log } = await opened()
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
    const { log } = await opened()
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
    const { log } = await opened()
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
    const { log } = await opened()
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

  it('counts as lag what a group has not committed', async () => {
    const { log } = await opened()
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
    const subject = await opened()
    const { log } = subject
    await log.append([record('k', '1'), record('k', '2')])
    const first = await collect(log, 'g', [topic])
    await eventually('all arrive', () => first.entries.length === 2)
    await first.subscription.commit(positionsAfter(first.entries.slice(0, 1)))
    const again = await subject.reopen()
    await again.append([record('k', '3')])
    const second = await collect(again, 'g', [topic])
    const fresh = await collect(again, 'fresh', [topic])
    await eventually('the rest arrives', () => second.entries.length === 2 && fresh.entries.length === 3)
    expect(texts(second.entries)).toEqual(['2', '3'])
    expect(texts(fresh.entries)).toEqual(['1', '2', '3'])
  })
}

import { expect, it } from 'vitest'
import { collect } from '../collect.ts'
import { eventually } from '../eventually.ts'
import { numbers, type Opened, record, texts, topic } from './contract-subject.ts'

/** How entries are handed over, and when not. */
export function itDeliversInTurn(opened: Opened): void {
  it('hands over the entries of a partition one call at a time, the next when the one before is done', async () => {
    const { log } = await opened()
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
    const { log } = await opened()
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
    const { log } = await opened()
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

  it('waits for handlers when a subscription stops, and hands over nothing after', async () => {
    const { log } = await opened()
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
    const { log } = await opened()
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
}

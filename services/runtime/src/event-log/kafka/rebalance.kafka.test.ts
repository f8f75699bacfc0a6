import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { positionsAfter } from '../../testing/collect.ts'
import { eventually } from '../../testing/eventually.ts'
import { type OpenLogs, openLogs } from '../../testing/kafka/open-logs.ts'
import { sharedKafka } from '../../testing/shared-kafka.ts'
import type { EventLog, LogEntry, SubscribeOptions, Subscription, TopicPartition } from '../port.ts'

const topics = ['otlp_spans', 'usage_events'] as const
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)
const records = (count: number, name = 'k') =>
  numbers(count).map((index) => ({
    topic: topics[index % 2]!,
    key: `${name}${index}`,
    value: Buffer.from(`${name}${index}`),
  }))
const keysOf = (entries: readonly LogEntry[]) => entries.map(({ key }) => key)

describe('members of a group', () => {
  const { brokers } = sharedKafka()
  const opened: OpenLogs[] = []
  const open = () => {
    const logs = openLogs(brokers)
    opened.push(logs)
    return logs
  }
  afterEach(async () => {
    for (const logs of opened.splice(0)) await logs.stopAll()
  })

  /** A member that commits what it got, and keeps what it had when. */
  async function join(log: EventLog, more: Partial<SubscribeOptions> = {}) {
    const member = {
      entries: [] as LogEntry[],
      assigned: [] as (readonly TopicPartition[])[],
      numbers: () => [...new Set(member.assigned.at(-1)?.map(({ partition }) => partition))].toSorted(),
      subscription: undefined as Subscription | undefined,
    }
    member.subscription = await log.subscribe({
      group: 'g',
      topics,
      async onAssigned(partitions) {
        member.assigned.push(partitions)
      },
      async onEntries(entries) {
        member.entries.push(...entries)
        await member.subscription?.commit(positionsAfter(entries))
      },
      ...more,
    })
    return member
  }

  it('share the partitions evenly, the same number of every topic with the same member', async () => {
    const logs = open()
    const first = await join(await logs.open())
    expect(first.assigned.at(-1)).toHaveLength(8)
    const second = await join(await logs.open())
    await eventually('they share', () => first.numbers().length === 2 && second.numbers().length === 2)
    for (const member of [first, second]) {
      for (const topic of topics) {
        const ofTopic = member.assigned.at(-1)!.filter((each) => each.topic === topic)
        expect(ofTopic.map(({ partition }) => partition).toSorted()).toEqual(member.numbers())
      }
    }
    expect([...first.numbers(), ...second.numbers()].toSorted()).toEqual([0, 1, 2, 3])

    await (await logs.open()).append(records(200))
    await eventually('all arrive', () => first.entries.length + second.entries.length === 200)
    expect(new Set(keysOf([...first.entries, ...second.entries])).size).toBe(200)
    expect(first.entries.every(({ partition }) => first.numbers().includes(partition))).toBe(true)
    expect(second.entries.length).toBeGreaterThan(0)
  })

  it('come and go while records flow: every record arrives, none twice when each is committed in its handler', async () => {
    const logs = open()
    const producer = await logs.open()
    const members = [await join(await logs.open())]
    for (const round of numbers(12)) {
      await producer.append(records(50, `r${round}-`))
      if (round === 3 || round === 5) members.push(await join(await logs.open()))
      if (round === 8) await members[0]!.subscription!.stop()
    }
    const all = () => members.flatMap(({ entries }) => keysOf(entries))
    await eventually('all arrive', () => new Set(all()).size === 600)
    expect(all()).toHaveLength(600)
    await Promise.all(members.map(({ subscription }) => subscription!.stop()))
    expect(await producer.lag('g', topics)).toBe(0)
  })

  it('finish what is under way, and commit it, before their partitions go to another', async () => {
    const logs = open()
    const producer = await logs.open()
    await producer.append(records(40))
    const waiting: (() => void)[] = []
    let isRevoked = false
    const first = await join(await logs.open(), {
      async onRevoked() {
        isRevoked = true
        for (const release of waiting.splice(0)) release()
      },
      async onEntries(entries) {
        if (!isRevoked) await new Promise<void>((resolve) => waiting.push(resolve))
        first.entries.push(...entries)
        await first.subscription!.commit(positionsAfter(entries))
      },
    })
    await eventually('handlers wait', () => waiting.length > 0)
    const handled = () => first.entries.length
    const second = await join(await logs.open())
    await eventually('the second has its part', () => second.numbers().length === 2)
    expect(handled()).toBeGreaterThan(0)
    await eventually('all were handled', () => first.entries.length + second.entries.length >= 40)
    expect(new Set(keysOf([...first.entries, ...second.entries])).size).toBe(40)
    expect(first.entries.length + second.entries.length).toBe(40)
  })

  it('a handler that waits longer than its member may hold on keeps the group, loses the partition, and commits nothing', async () => {
    const logs = open()
    const producer = await logs.open()
    await producer.append(records(40))
    const releases: (() => void)[] = []
    const refused: unknown[] = []
    const first = await join(await logs.open(), {
      async onEntries(entries) {
        await new Promise<void>((resolve) => releases.push(resolve))
        first.entries.push(...entries)
        await first.subscription!.commit(positionsAfter(entries)).catch((error: unknown) => refused.push(error))
      },
    })
    await eventually('handlers wait', () => releases.length > 0)
    const second = await join(await logs.open())
    expect(second.numbers()).toHaveLength(2)
    const mine = records(40).filter(({ key }) => keysOf(second.entries).includes(key))
    await eventually('the second reads its part from the start', () => second.entries.length > 0)
    expect(first.entries).toEqual([])
    // What was read before is handed over no more, and its positions count no more.
    for (const release of releases.splice(0)) release()
    await eventually('they were refused', () => refused.length > 0)
    for (const error of refused) expect(error).toMatchObject({ code: 'LOG_REASSIGNED', retryable: true })
    const heard = setInterval(() => {
      for (const release of releases.splice(0)) release()
    }, 10)
    const read = () => new Set(keysOf([...first.entries, ...second.entries]))
    await eventually('nothing is lost', () => read().size === 40)
    await eventually('all is committed', () => first.entries.length > 0 && second.entries.length >= mine.length)
    clearInterval(heard)
  })

  it('one that is killed gives its partitions back, and what it had not committed comes to the others', async () => {
    const logs = open()
    const producer = await logs.open()
    await producer.append(records(100))
    const script = fileURLToPath(new URL('../../testing/kafka/reader.ts', import.meta.url))
    const { logger: _logger, metrics: _metrics, ...options } = logs.options
    const reader = spawn(
      process.execPath,
      ['--conditions=source', '--import', 'tsx', script, JSON.stringify(options), 'g', ...topics],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    let isReading = false
    createInterface({ input: reader.stdout }).on('line', (line) => (isReading ||= line.includes('keys')))
    await eventually('the other process reads', () => isReading)
    reader.kill('SIGKILL')
    const survivor = await join(await logs.open())
    await eventually('all comes again', () => survivor.entries.length === 100)
    expect(survivor.numbers()).toEqual([0, 1, 2, 3])
    await survivor.subscription!.stop()
    expect(await producer.lag('g', topics)).toBe(0)
  })
})

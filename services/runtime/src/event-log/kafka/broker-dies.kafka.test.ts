import { afterEach, describe, expect, it } from 'vitest'
import { collect, positionsAfter } from '../../testing/collect.ts'
import { eventually } from '../../testing/eventually.ts'
import { type KafkaCluster, type KafkaOptions, startKafka } from '../../testing/kafka-broker.ts'
import { openLogs } from '../../testing/kafka/open-logs.ts'
import type { EventLog, LogEntry } from '../port.ts'

const topic = 'usage_events'

describe('when brokers die', () => {
  const started: { stop(): Promise<void> }[] = []
  afterEach(async () => {
    for (const one of started.splice(0).toReversed()) await one.stop()
  })

  async function start(context: { skip(note: string): never }, options: KafkaOptions = {}): Promise<KafkaCluster> {
    const cluster = await startKafka(options)
    if ('missing' in cluster) return context.skip(cluster.missing)
    started.push(cluster)
    return cluster
  }

  function logsOn(cluster: KafkaCluster) {
    const logs = openLogs(cluster.brokers)
    started.push({ stop: () => logs.stopAll() })
    return logs
  }

  /** Appends without a pause, some calls at a time, until told to stop; resolves to what was acknowledged and refused. */
  function appendOn(log: EventLog) {
    const acknowledged: string[] = []
    const refused: unknown[] = []
    let next = 0
    let isDone = false
    async function append(): Promise<void> {
      while (!isDone) {
        const keys = Array.from({ length: 20 }, () => `k${next++}`)
        try {
          await log.append(keys.map((key) => ({ topic, key, value: Buffer.from(key) })))
          acknowledged.push(...keys)
        } catch (error) {
          refused.push(error)
        }
      }
    }
    const running = Promise.all(Array.from({ length: 4 }, append))
    return {
      acknowledged,
      refused,
      async stop() {
        isDone = true
        await running
      },
    }
  }

  async function readAll(log: EventLog, atLeast: number): Promise<LogEntry[]> {
    const { entries } = await collect(log, 'reader', [topic])
    await eventually('all is read', () => entries.length >= atLeast)
    await eventually('nothing more comes', () => entries.length >= atLeast)
    return entries
  }

  it('kill -9 of the broker under appends: nothing acknowledged is lost, nothing is there twice', async (context) => {
    const cluster = await start(context)
    const log = await logsOn(cluster).open({ appendLimitMs: 30_000 })
    const appends = appendOn(log)
    for (const round of [1, 2]) {
      await eventually('appends are under way', () => appends.acknowledged.length > round * 1_000)
      await cluster.kill()
      await cluster.restart()
    }
    const before = appends.acknowledged.length
    await eventually('appends go on', () => appends.acknowledged.length > before + 1_000, 30_000)
    await appends.stop()
    expect(appends.refused).toEqual([])

    const read = (await readAll(log, appends.acknowledged.length)).map(({ key }) => key)
    expect(read.toSorted()).toEqual(appends.acknowledged.toSorted())
  })

  it('kill -9 of one of three brokers: appends and readers go on, nothing is lost or there twice', async (context) => {
    const cluster = await start(context, { nodes: 3 })
    const logs = logsOn(cluster)
    const log = await logs.open({ appendLimitMs: 30_000 })
    const reader = await logs.open()
    const seen = new Set<string>()
    const subscription = await reader.subscribe({
      group: 'g',
      topics: [topic],
      async onEntries(entries) {
        for (const { key } of entries) seen.add(key)
        await subscription.commit(positionsAfter(entries))
      },
    })
    const appends = appendOn(log)
    for (const node of [0, 1]) {
      const before = appends.acknowledged.length
      await eventually('appends are under way', () => appends.acknowledged.length > before + 500, 30_000)
      await cluster.kill(node)
      const then = appends.acknowledged.length
      await eventually('appends go on without it', () => appends.acknowledged.length > then + 500, 30_000)
      await cluster.restart(node)
    }
    await appends.stop()
    expect(appends.refused).toEqual([])
    await eventually('the reader has all', () => seen.size === appends.acknowledged.length, 30_000)
    const read = (await readAll(log, appends.acknowledged.length)).map(({ key }) => key)
    expect(read.toSorted()).toEqual(appends.acknowledged.toSorted())
  }, 180_000)

  it('appends are refused within their limit while the broker is away, and taken when it is back', async (context) => {
    const cluster = await start(context)
    const log = await logsOn(cluster).open({ appendLimitMs: 1_000 })
    const entry = { topic, key: 'k', value: Buffer.from('v') }
    await log.append([entry])
    await cluster.kill()
    const asked = performance.now()
    await expect(log.append([entry])).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', retryable: true })
    expect(performance.now() - asked).toBeLessThan(5_000)
    await cluster.restart()
    let isTaken = false
    while (!isTaken) {
      isTaken = await log.append([entry]).then(
        () => true,
        () => false,
      )
    }
  })

  it('a broker that is away at start is one clear error, after it was tried for as long as was asked', async () => {
    const logs = openLogs(['127.0.0.1:1'], { startLimitMs: 500 })
    await expect(logs.open()).rejects.toMatchObject({
      code: 'LOG_UNAVAILABLE',
      message: expect.stringContaining('127.0.0.1:1'),
      hint: expect.stringContaining('KAFKA_BROKERS'),
    })
    await logs.stopAll()
  })
})

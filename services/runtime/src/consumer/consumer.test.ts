import { afterEach, describe, expect, it } from 'vitest'
import { SpanledgerError } from '../errors.ts'
import { createMemoryEventLog } from '../event-log/memory.ts'
import type { EventLog, LogEntry, SubscribeOptions, Subscription } from '../event-log/port.ts'
import { createLogger } from '../logger.ts'
import { createMetrics } from '../metrics.ts'
import { createManualClock } from '../testing/manual-clock.ts'
import { describeServiceContract } from '../testing/service-contract.ts'
import { type Consumer, type ConsumerOptions, createConsumer } from './consumer.ts'

const topics = ['usage_events']
const batch = { maxEntries: 10, maxBytes: 1_000_000, lingerMs: 50, inFlight: 2 }
const logger = createLogger({ name: 'test', level: 'silent' })
const busy = new SpanledgerError('CLICKHOUSE_BUSY', 'too many parts', { retryable: true, hint: 'wait' })
const texts = (entries: readonly LogEntry[]) => entries.map(({ value }) => Buffer.from(value).toString())

/** A call of `handle` that the test answers when it likes. */
interface Call {
  readonly entries: readonly LogEntry[]
  succeed(): void
  fail(error: unknown): void
}

const running: Consumer[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((consumer) => consumer.stop()))
})

async function setUp(options: Partial<ConsumerOptions> = {}) {
  const clock = createManualClock()
  const metrics = createMetrics()
  const log = options.log ?? createMemoryEventLog({ partitions: 1, clock, logger })
  await log.start()
  const calls: Call[] = []
  const handle = (entries: readonly LogEntry[]) =>
    new Promise<void>((resolve, reject) => calls.push({ entries, succeed: resolve, fail: reject }))
  const create = (more: Partial<ConsumerOptions> = {}) => {
    const all = { log, group: 'g', topics, handle, batch, clock, logger, metrics, backoffMs: () => 100 }
    const consumer = createConsumer({ ...all, ...options, ...more })
    running.push(consumer)
    return consumer
  }
  const append = (from: number, to: number, key = 'k') =>
    log.append(
      Array.from({ length: to - from }, (_, index) => ({
        topic: topics[0]!,
        key,
        value: Buffer.from(String(from + index)),
      })),
    )
  const lag = () => log.lag('g', topics)
  return { clock, metrics, log, calls, create, append, lag }
}

const immediate = { handle: async () => undefined }

describeServiceContract('a consumer', {
  async create() {
    const { create } = await setUp()
    return create(immediate)
  },
  async createBroken() {
    const { create } = await setUp()
    await create(immediate).start()
    return create(immediate)
  },
})

describe('the consume loop', () => {
  it('hands over batches that are full at once, and the rest after the linger', async () => {
    const { clock, calls, create, append } = await setUp()
    await create().start()
    await append(0, 13)
    await clock.advance(0)
    expect(calls.map(({ entries }) => entries.length)).toEqual([10])
    await clock.advance(50)
    expect(calls.map(({ entries }) => entries.length)).toEqual([10, 3])
    expect(calls.flatMap(({ entries }) => texts(entries))).toEqual(Array.from({ length: 13 }, (_, n) => String(n)))
    for (const call of calls) call.succeed()
  })

  it('commits what was handled, only the unbroken head', async () => {
    const { clock, calls, create, append, lag } = await setUp()
    await create().start()
    await append(0, 20)
    await clock.advance(0)
    expect(calls).toHaveLength(2)
    calls[1]!.succeed()
    await clock.advance(0)
    expect(await lag()).toBe(20)
    calls[0]!.succeed()
    await clock.advance(0)
    expect(await lag()).toBe(0)
  })

  it('handles so many batches at a time, and leaves the others in the log', async () => {
    const { clock, calls, create, append } = await setUp()
    await create().start()
    for (let from = 0; from < 100; from += 10) await append(from, from + 10)
    await clock.advance(1_000)
    expect(calls).toHaveLength(2)
    calls[0]!.succeed()
    await clock.advance(0)
    expect(calls).toHaveLength(3)
    for (let answered = 1; answered < 10; answered++) {
      calls[answered]!.succeed()
      await clock.advance(0)
    }
    expect(calls.flatMap(({ entries }) => texts(entries))).toEqual(Array.from({ length: 100 }, (_, n) => String(n)))
  })

  it('tries a batch again for as long as it takes when the error is retryable, and says so', async () => {
    const { clock, calls, create, append, lag, metrics } = await setUp()
    const consumer = create()
    await consumer.start()
    expect(consumer.problem()).toBeUndefined()
    await append(0, 10)
    await clock.advance(0)
    for (let attempt = 0; attempt < 3; attempt++) {
      calls[attempt]!.fail(busy)
      await clock.advance(100)
      expect(texts(calls[attempt + 1]!.entries)).toEqual(texts(calls[0]!.entries))
    }
    expect(consumer.problem()).toContain('CLICKHOUSE_BUSY')
    calls[3]!.succeed()
    await clock.advance(0)
    expect(consumer.problem()).toBeUndefined()
    expect(await lag()).toBe(0)
    expect(await metrics.render()).toContain('spanledger_consumer_retries_total{group="g",code="CLICKHOUSE_BUSY"} 3')
  })

  it('ends as failed on any other error: nothing more is handled or committed past it', async () => {
    const { clock, calls, create, append, lag } = await setUp()
    const consumer = create()
    await consumer.start()
    await append(0, 40)
    await clock.advance(0)
    const mistake = new TypeError('a mistake of ours')
    calls[0]!.fail(mistake)
    calls[1]!.succeed()
    await clock.advance(1_000)
    expect(await consumer.failed).toBe(mistake)
    expect(consumer.problem()).toContain('a mistake of ours')
    expect(calls).toHaveLength(2)
    expect(await lag()).toBe(40)
    await consumer.stop()
  })

  it('drains on stop: what is under way is finished and committed, the rest stays for the next one', async () => {
    const { clock, calls, create, append, lag } = await setUp()
    const consumer = create()
    await consumer.start()
    await append(0, 35)
    await clock.advance(0)
    let stopped = false
    const stopping = consumer.stop().then(() => (stopped = true))
    await clock.advance(1_000)
    expect(stopped).toBe(false)
    calls[0]!.succeed()
    calls[1]!.succeed()
    await stopping
    expect(calls).toHaveLength(2)
    expect(await lag()).toBe(15)

    const seen: string[] = []
    const next = create({ handle: async (entries) => void seen.push(...texts(entries)) })
    await next.start()
    await clock.advance(100)
    expect(seen).toEqual(Array.from({ length: 15 }, (_, n) => String(20 + n)))
  })

  it('stops at once while it waits to try again, and leaves that batch in the log', async () => {
    const { clock, calls, create, append, lag } = await setUp()
    const consumer = create()
    await consumer.start()
    await append(0, 10)
    await clock.advance(0)
    calls[0]!.fail(busy)
    await clock.advance(10)
    await consumer.stop()
    expect(await lag()).toBe(10)
  })

  it('can be started again after a stop', async () => {
    const { clock, create, append, lag } = await setUp()
    const consumer = create(immediate)
    await consumer.start()
    await consumer.stop()
    await consumer.start()
    await append(0, 25)
    await clock.advance(100)
    expect(await lag()).toBe(0)
  })

  it('tries a commit again', async () => {
    let refuse = 2
    const inner = createMemoryEventLog({ partitions: 1, logger })
    const log: EventLog = {
      ...inner,
      async subscribe(options) {
        const subscription = await inner.subscribe(options)
        return {
          ...subscription,
          commit: (positions) => (refuse-- > 0 ? Promise.reject(busy) : subscription.commit(positions)),
        }
      },
    }
    const { clock, create, append, lag } = await setUp({ log })
    await create(immediate).start()
    await append(0, 10)
    await clock.advance(50)
    expect(await lag()).toBe(10)
    await clock.advance(1_000)
    expect(await lag()).toBe(0)
  })

  it('reports lag, batches and entries by group', async () => {
    const { clock, create, append, metrics } = await setUp()
    await create(immediate).start()
    await append(0, 25)
    await clock.advance(5_000)
    const text = await metrics.render()
    expect(text).toContain('spanledger_consumer_entries_total{group="g"} 25')
    expect(text).toContain('spanledger_consumer_batches_total{group="g"} 3')
    expect(text).toContain('spanledger_consumer_lag_entries{group="g"} 0')
    expect(text).toContain('spanledger_consumer_handle_seconds_count{group="g"} 3')
  })
})

describe('when partitions are assigned anew', () => {
  /** A log whose assignments the test makes. */
  function createScriptedLog() {
    const committed: unknown[] = []
    let subscriber: SubscribeOptions | undefined
    const subscription: Subscription = {
      commit: async (positions) => void committed.push(...positions),
      stop: async () => undefined,
    }
    const log: EventLog = {
      name: 'scripted',
      start: async () => undefined,
      stop: async () => undefined,
      append: async () => undefined,
      lag: async () => 0,
      async subscribe(options) {
        subscriber = options
        return subscription
      },
    }
    const deliver = (partition: number, from: number, count: number) =>
      subscriber!.onEntries(
        Array.from({ length: count }, (_, index) => ({
          topic: topics[0]!,
          partition,
          offset: from + index,
          appendedAtMs: 0,
          key: 'k',
          value: Buffer.from(`${partition}:${from + index}`),
          headers: {},
        })),
      )
    return {
      log,
      committed,
      deliver,
      revoke: () => subscriber!.onRevoked!(),
      assign: (...list: number[]) => subscriber!.onAssigned!(list.map(partitionOf)),
    }
  }
  const partitionOf = (partition: number) => ({ topic: topics[0]!, partition })

  it('before partitions may go, finishes and commits what is under way, and begins nothing', async () => {
    const { log, committed, deliver, revoke, assign } = createScriptedLog()
    const { clock, calls, create } = await setUp({ log })
    await create().start()
    void deliver(0, 0, 10)
    await clock.advance(0)
    void deliver(0, 10, 5)
    let isDone = false
    const revoking = revoke().then(() => (isDone = true))
    void deliver(1, 0, 10)
    await clock.advance(100)
    expect(isDone).toBe(false)
    calls[0]!.succeed()
    await clock.advance(100)
    await revoking
    expect(committed).toEqual([{ ...partitionOf(0), offset: 10 }])
    expect(calls).toHaveLength(1)
    await assign(1)
    void deliver(1, 0, 10)
    await clock.advance(0)
    expect(texts(calls[1]!.entries)).toEqual(Array.from({ length: 10 }, (_, n) => `1:${n}`))
    calls[1]!.succeed()
  })

  it('tells what is owned now, once nothing of before is under way any more', async () => {
    const { log, deliver, assign } = createScriptedLog()
    const assigned: unknown[] = []
    const onAssigned = async (partitions: unknown) => void assigned.push(partitions)
    const { clock, calls, create } = await setUp({ log, onAssigned })
    await create().start()
    void deliver(0, 0, 10)
    await clock.advance(0)
    const assigning = assign(1)
    await clock.advance(10)
    expect(assigned).toEqual([])
    calls[0]!.succeed()
    await assigning
    expect(assigned).toEqual([[partitionOf(1)]])
  })

  it('drops what was not sent, waits for what is under way, and commits nothing of before', async () => {
    const { log, committed, deliver, assign } = createScriptedLog()
    const { clock, calls, create } = await setUp({ log })
    await create().start()
    void deliver(0, 0, 10)
    void deliver(1, 0, 10)
    void deliver(0, 10, 15)
    await clock.advance(0)
    expect(calls).toHaveLength(2)

    let assigned = false
    const assigning = assign(1).then(() => (assigned = true))
    await clock.advance(100)
    expect(assigned).toBe(false)
    calls[0]!.succeed()
    calls[1]!.fail(busy)
    await clock.advance(1_000)
    await assigning
    expect(committed).toEqual([])

    await deliver(1, 0, 10)
    await clock.advance(100)
    expect(texts(calls[2]!.entries)).toEqual(Array.from({ length: 10 }, (_, n) => `1:${n}`))
    calls[2]!.succeed()
    await clock.advance(0)
    expect(calls).toHaveLength(3)
    expect(committed).toEqual([{ ...partitionOf(1), offset: 10 }])
  })
})

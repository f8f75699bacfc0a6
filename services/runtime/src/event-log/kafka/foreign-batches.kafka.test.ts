import { CompressionTypes } from 'kafkajs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createMetrics } from '../../metrics.ts'
import { collect, positionsAfter } from '../../testing/collect.ts'
import { eventually } from '../../testing/eventually.ts'
import { type OpenLogs, openLogs } from '../../testing/kafka/open-logs.ts'
import { sharedKafka } from '../../testing/shared-kafka.ts'
import { connectKafka } from './connection.ts'
import { type Compression, inflateBy } from './inflate.ts'
import { unreadableHeader } from './unreadable-records.ts'

const { brokers } = sharedKafka()
const opened: OpenLogs[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  for (const logs of opened.splice(0)) await logs.stopAll()
})

function create() {
  const logs = openLogs(brokers, { partitions: 1 })
  opened.push(logs)
  const kafka = connectKafka(logs.options, logs.options.logger, 1_000)
  return { logs, kafka, topic: `${logs.options.topicPrefix}usage_events` }
}

describe('batches that other producers compress', () => {
  // The broker writes them anew as the topic says, by the libraries that Java producers have.
  it.each<Compression>(['gzip', 'snappy', 'lz4', 'zstd'])('in %s are read', async (compression) => {
    const { logs, kafka, topic } = create()
    const admin = kafka.admin()
    await admin.connect()
    const configEntries = [{ name: 'compression.type', value: compression }]
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }] })
    await admin.disconnect()
    const inflate = vi.spyOn(inflateBy, compression)
    const log = await logs.open()
    const texts = Array.from({ length: 3_000 }, (_, index) => `{"event_id":"e${index}","model":"gpt-4o"}`.repeat(9))
    await log.append(texts.map((text) => ({ topic: 'usage_events', key: 'k', value: Buffer.from(text) })))
    const { entries } = await collect(log, 'g', ['usage_events'])
    await eventually('all arrive', () => entries.length >= texts.length)
    expect(entries.map(({ value }) => Buffer.from(value).toString())).toEqual(texts)
    expect(inflate).toHaveBeenCalled()
  })

  it('beyond what memory bears are entries that cannot be decoded, and what is behind them is read', async () => {
    const { logs, kafka, topic } = create()
    const metrics = createMetrics()
    const log = await logs.open({ metrics })
    const producer = kafka.producer()
    await producer.connect()
    const zeros = Buffer.alloc(17 * 2 ** 20)
    await producer.send({
      topic,
      compression: CompressionTypes.GZIP,
      messages: [zeros, zeros, zeros, zeros].map((value) => ({ value })),
    })
    await producer.send({ topic, messages: [{ value: 'behind' }] })
    await producer.disconnect()
    const { entries } = await collect(log, 'g', ['usage_events'])
    await eventually('all arrive', () => entries.length === 5)
    expect(entries.map(({ offset, value }) => [offset, Buffer.from(value).toString('latin1')])).toEqual([
      [0, '\u00ff'],
      [1, '\u00ff'],
      [2, '\u00ff'],
      [3, '\u00ff'],
      [4, 'behind'],
    ])
    expect(entries[0]?.headers[unreadableHeader]).toMatch(/^a batch in gzip cannot be read: /)
    expect(await metrics.render()).toMatch(/spanledger_event_log_unreadable_total\{topic="usage_events"\} 4/)
  })
})

describe('transactions of other producers', () => {
  it('are read when they are committed, and their marks are not taken for something lost', async () => {
    const { logs, kafka, topic } = create()
    const metrics = createMetrics()
    const log = await logs.open({ metrics })
    const { entries } = await collect(log, 'g', ['usage_events'])
    const producer = kafka.producer({ transactionalId: topic, maxInFlightRequests: 1, idempotent: true })
    await producer.connect()
    for (let n = 0; n < 20; n++) {
      const transaction = await producer.transaction()
      await transaction.send({ topic, messages: [{ value: `${n % 4 === 3 ? 'aborted' : 'committed'} ${n}` }] })
      await (n % 4 === 3 ? transaction.abort() : transaction.commit())
    }
    await producer.disconnect()
    await eventually('all that is committed arrives', () => entries.length >= 15)
    expect(entries.filter(({ value }) => Buffer.from(value).toString().startsWith('committed'))).toHaveLength(15)
    expect(entries).toHaveLength(15)
    // What is missing is asked of the broker: an answer later, it is known.
    await log.lag('g', ['usage_events'])
    expect(await metrics.render()).not.toMatch(/skipped_offsets_total\{topic="usage_events"\}/)
  })
})

describe('a record of a great many headers', () => {
  it('holds nothing up: the first hundred are read', async () => {
    const { logs, kafka, topic } = create()
    const log = await logs.open()
    const producer = kafka.producer()
    await producer.connect()
    const headers = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`h${index}`, 'v']))
    await producer.send({ topic, messages: [{ value: 'many', headers }, { value: 'behind' }] })
    await producer.disconnect()
    const { entries } = await collect(log, 'g', ['usage_events'])
    await eventually('both arrive', () => entries.length === 2)
    expect(Object.keys(entries[0]?.headers ?? {})).toHaveLength(100)
  })
})

describe('retention that is shorter than the delay of a group', () => {
  it('is counted and said, not passed over', async () => {
    const { logs, kafka, topic } = create()
    const metrics = createMetrics()
    const log = await logs.open({ metrics })
    const records = Array.from({ length: 10 }, (_, index) => ({
      topic: 'usage_events',
      key: 'k',
      value: Buffer.from(String(index)),
    }))
    await log.append(records)
    const before = await collect(log, 'g', ['usage_events'])
    await eventually('all arrive', () => before.entries.length === 10)
    await before.subscription.commit(positionsAfter(before.entries.slice(0, 3)))
    await before.subscription.stop()

    const admin = kafka.admin()
    await admin.connect()
    await admin.fetchTopicOffsets(topic)
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '8' }] })
    await admin.disconnect()

    const after = await collect(log, 'g', ['usage_events'])
    await eventually('what is left arrives', () => after.entries.length === 2)
    expect(after.entries.map(({ offset }) => offset)).toEqual([8, 9])
    const counted = /skipped_offsets_total\{topic="usage_events"\} 5/
    await vi.waitFor(async () => expect(await metrics.render()).toMatch(counted), 5_000)
  })
})

// What the event log on Kafka costs over plain kafkajs: records per CPU-second of the client, in the same run, on the same
// broker. `npm run bench -- kafka-log [records] [bytes]`
import { randomUUID } from 'node:crypto'
import { createKafkaEventLog } from '@spanledger/runtime/event-log/kafka'
import { connectKafka } from '@spanledger/runtime/event-log/kafka/connection'
import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { startKafka } from '@spanledger/runtime/testing/kafka-broker'

const [count = 300_000, bytes = 500] = process.argv.slice(2).map(Number)
const topic = 'usage_events'
const perCall = 50
const perBatch = 5_000

const cluster = await startKafka()
if ('missing' in cluster) {
  console.log(cluster.missing)
  process.exit(0)
}
const logger = createLogger({ name: 'bench', level: 'silent' })
const connection = { brokers: cluster.brokers, clientId: 'bench', partitions: 12 }
const log = createKafkaEventLog({ ...connection, logger, metrics: createMetrics() })
await log.start()
const kafka = connectKafka(connection, logger, 10_000)

for (const round of [1, 2]) {
  console.log(`round ${round}: ${count} records of ${bytes} bytes, 12 partitions`)
  await measure('append, calls of 50, 100 at once', appendAll)
  await measure('kafkajs sendBatch of 5000, idempotent', sendAll)
  await measure('subscribe', subscribeAll)
  await measure('kafkajs eachBatch', readAll)
}
await log.stop()
await cluster.stop()

async function measure(name: string, run: () => Promise<number>): Promise<void> {
  const startedMs = performance.now()
  const before = process.cpuUsage()
  const done = await run()
  const { user, system } = process.cpuUsage(before)
  const cpuSeconds = (user + system) / 1e6
  const seconds = (performance.now() - startedMs) / 1_000
  const perCpu = Math.round(done / cpuSeconds / 1_000)
  console.log(`  ${name.padEnd(40)} ${perCpu} k per CPU-s  (${Math.round(done / seconds / 1_000)} k/s, ${done})`)
}

async function appendAll(): Promise<number> {
  let next = 0
  const call = async () => {
    while (next < count) {
      const records = Array.from({ length: perCall }, () => ({
        topic,
        key: `key-${next++}`,
        value: Buffer.alloc(bytes, 120),
      }))
      await log.append(records)
    }
  }
  await Promise.all(Array.from({ length: 100 }, call))
  return next
}

async function sendAll(): Promise<number> {
  const producer = kafka.producer({ idempotent: true, allowAutoTopicCreation: false })
  await producer.connect()
  let next = 0
  while (next < count) {
    const messages = Array.from({ length: perBatch }, () => ({ key: `key-${next++}`, value: Buffer.alloc(bytes, 120) }))
    await producer.sendBatch({ acks: -1, topicMessages: [{ topic, messages }] })
  }
  await producer.disconnect()
  return next
}

async function subscribeAll(): Promise<number> {
  let seen = 0
  let done: () => void
  const all = new Promise<void>((resolve) => (done = resolve))
  const subscription = await log.subscribe({
    group: randomUUID(),
    topics: [topic],
    async onEntries(entries) {
      seen += entries.length
      if (seen >= count * 2) done()
    },
  })
  await all
  await subscription.stop()
  return seen
}

async function readAll(): Promise<number> {
  let seen = 0
  let done: () => void
  const all = new Promise<void>((resolve) => (done = resolve))
  const consumer = kafka.consumer({ groupId: randomUUID(), maxWaitTimeInMs: 100 })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      seen += batch.messages.length
      if (seen >= count * 2) done()
    },
  })
  await all
  await consumer.disconnect()
  return seen
}

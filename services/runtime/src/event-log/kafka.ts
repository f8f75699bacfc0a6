// First: kafkajs takes the checksum from it when it is loaded.
import './kafka/native-crc32c.ts'
import { systemClock } from '../clock.ts'
import { SpanledgerError } from '../errors.ts'
import { startStop } from '../start-stop.ts'
import { AdminClient } from './kafka/admin-client.ts'
import { installCodecs } from './kafka/codecs.ts'
import { connectKafka } from './kafka/connection.ts'
import { ensureTopics } from './kafka/ensure-topics.ts'
import { recordTooLarge, translateKafkaError } from './kafka/kafka-errors.ts'
import { installFewHeaders } from './kafka/few-headers.ts'
import { createKafkaLogMetrics } from './kafka/kafka-log-metrics.ts'
import { batchLimits, type KafkaEventLogOptions, kafkaLogDefaults, lingerMs } from './kafka/kafka-log-options.ts'
import { Member } from './kafka/member.ts'
import { createNames } from './kafka/names.ts'
import { Outbox } from './kafka/outbox.ts'
import { groupPositions } from './kafka/positions.ts'
import { Sender } from './kafka/sender.ts'
import { TopicPartitions } from './kafka/topic-partitions.ts'
import { intoWaves, recordBytes, type RoutedRecord } from './kafka/waves.ts'
import { logClosed } from './local-log-options.ts'
import type { EventLog, LogRecord, SubscribeOptions, Subscription } from './port.ts'

export type { KafkaEventLogOptions } from './kafka/kafka-log-options.ts'

/** How long kafkajs tries again by itself what is not an append; above it the loop that asked tries again. */
const readPatienceMs = 5_000

/**
 * A log on a Kafka cluster, for any number of machines.
 *
 * - What `append` acknowledges is on all replicas in sync. While it is tried it is written once, whatever is lost on the
 *   way; what it refused may be in the log nevertheless.
 * - Members of a group share the partitions: the same number of every topic goes to the same member.
 * - A member that is silent for the session loses its partitions; its commits are refused with LOG_REASSIGNED.
 * - Topics that are missing are made at start, where the cluster allows it. Retention is theirs, by age and size, whether or not anybody has read.
 */
export function createKafkaEventLog(options: KafkaEventLogOptions): EventLog {
  installCodecs()
  installFewHeaders()
  const { logger, clock = systemClock } = options
  const { startLimitMs, appendLimitMs, maxWaitingBytes, maxRecordBytes, sessionTimeoutMs } = {
    ...kafkaLogDefaults,
    ...options,
  }
  const names = createNames(options)
  const metrics = createKafkaLogMetrics(options.metrics)
  const members = new Set<Member>()
  const readers = connectKafka(options, logger, readPatienceMs)
  const admin = new AdminClient(connectKafka(options, logger, readPatienceMs))
  const writers = connectKafka(options, logger, appendLimitMs)
  const partitions = new TopicPartitions(admin)
  const sender = new Sender({ kafka: writers, clock, limitMs: appendLimitMs })
  const outbox = new Outbox({
    clock,
    lingerMs,
    maxWaitingBytes,
    maxBatchBytes: batchLimits.maxBatchBytes,
    send,
    isAboutRecords: (error) => error instanceof SpanledgerError && error.code === 'RECORD_TOO_LARGE',
  })
  let isOpen = false

  async function open(): Promise<void> {
    const { made } = await ensureTopics({ ...options, limitMs: startLimitMs })
    if (made.length > 0) logger.info({ topics: made }, `made ${made.length} topics in Kafka`)
    try {
      await admin.open()
      await sender.connect()
    } catch (error) {
      throw translateKafkaError(error, `Kafka at ${options.brokers.join(', ')} cannot be used`)
    }
    isOpen = true
  }

  async function close(): Promise<void> {
    isOpen = false
    await Promise.all([...members].map((member) => member.stop()))
    await outbox.idle()
    await sender.stop()
    await admin.close()
  }

  async function send(records: readonly RoutedRecord[]): Promise<void> {
    try {
      for (const wave of intoWaves(records, batchLimits)) await sender.send(wave)
    } catch (error) {
      partitions.forget()
      throw error
    }
  }

  async function route(records: readonly LogRecord[]): Promise<RoutedRecord[]> {
    await partitions.learn(records.map(({ topic }) => names.topic(topic)))
    return records.map((record) => {
      const topic = names.topic(record.topic)
      const bytes = recordBytes(record)
      if (bytes > maxRecordBytes) throw recordTooLarge(topic, bytes, maxRecordBytes)
      return { record: { ...record, topic }, partition: partitions.partitionOf(topic, record.key), bytes }
    })
  }

  async function append(records: readonly LogRecord[]): Promise<void> {
    if (!isOpen) throw logClosed()
    if (records.length === 0) return
    try {
      const written = outbox.write(await route(records))
      metrics.waitingBytes(outbox.bytes)
      await written
    } catch (error) {
      metrics.refused(error)
      throw error
    } finally {
      metrics.waitingBytes(outbox.bytes)
    }
    metrics.appended(records)
  }

  async function subscribe(subscribeOptions: SubscribeOptions): Promise<Subscription> {
    if (!isOpen) throw logClosed()
    const { group, topics } = subscribeOptions
    await partitions.learn(topics.map(names.topic))
    const member = new Member({
      ...subscribeOptions,
      kafka: readers,
      names,
      partitionCount: topics.reduce((sum, topic) => sum + partitions.count(names.topic(topic)), 0),
      sessionTimeoutMs,
      positions: () => positionsOf(group, topics),
      clock,
      logger,
      metrics,
    })
    members.add(member)
    await member.start()
    return {
      commit: (positions) => member.commit(positions),
      async stop() {
        await member.stop()
        members.delete(member)
      },
    }
  }

  async function positionsOf(group: string, topics: readonly string[]) {
    const inCluster = topics.map(names.topic)
    const positions = await admin.run((client) => groupPositions(client, names.group(group), inCluster))
    const reset = positions.filter(({ isReset }) => isReset)
    if (reset.length > 0) {
      logger.warn({ group, partitions: reset }, 'topics were made anew: the group starts at their beginning')
    }
    return positions.map((position) => ({ ...position, topic: names.ofTopic(position.topic) }))
  }

  return {
    name: 'event log (Kafka)',
    ...startStop(open, close),
    append,
    subscribe,
    async lag(group, topics) {
      const positions = await positionsOf(group, topics)
      return positions.reduce((sum, { behind }) => sum + behind, 0)
    },
  }
}

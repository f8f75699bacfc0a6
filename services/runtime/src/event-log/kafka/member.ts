import type { Consumer, ConsumerRunConfig, EachBatchPayload, Kafka } from 'kafkajs'
import { createBackoff } from '../../backoff.ts'
import { type Clock, settledWithin, sleep } from '../../clock.ts'
import { type SpanledgerError } from '../../errors.ts'
import type { Logger } from '../../logger.ts'
import { logClosed } from '../local-log-options.ts'
import type { LogEntry, Position, SubscribeOptions, Subscription, TopicPartition } from '../port.ts'
import { createAssigner } from './assigner.ts'
import { Assignment } from './assignment.ts'
import { toEntry } from './entry.ts'
import type { KafkaLogMetrics } from './kafka-log-metrics.ts'
import { logReassigned, translateKafkaError } from './kafka-errors.ts'
import type { Names } from './names.ts'
import type { StartingPoint } from './positions.ts'
import { createTellLost } from './tell-lost.ts'
import { unreadableHeader } from './unreadable-records.ts'

export interface MemberOptions extends SubscribeOptions {
  readonly kafka: Kafka
  readonly names: Names
  /** Partitions of all topics together. */
  readonly partitionCount: number
  readonly sessionTimeoutMs: number
  /** Where the group stands in every partition of its topics. */
  positions(): Promise<readonly StartingPoint[]>
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: KafkaLogMetrics
}

/** How long one read waits for something to come; also how soon a partition that was full is read again. */
const fetchWaitMs = 100
const stopLimitMs = 10_000
const rebalanceTimeoutMs = 60_000
const backoffMs = createBackoff({ firstMs: 200, maxMs: 10_000 })

/**
 * A member of a consumer group.
 *
 * kafkajs fetches and beats the heart; what it fetches is taken from it at once and handed over apart from it, so a
 * handler may take as long as it likes. Before this member joins a group anew it waits for handlers under way (within
 * the session): their positions can still be committed, and the next owner starts behind them. Once it has joined,
 * nothing is fetched until the handlers of before are done and the subscriber was told; then reading starts at what the
 * group has committed.
 */
export class Member implements Subscription {
  readonly #options: MemberOptions
  readonly #consumer: Consumer
  readonly #joined: Promise<void>
  #reportJoined!: () => void
  #reportFailed!: (error: SpanledgerError) => void
  #assigned: readonly TopicPartition[] = []
  #current: Assignment | undefined
  #preparing: Promise<void> = Promise.resolve()
  /** Settles when no handler of an earlier assignment runs any more. */
  #ended: Promise<unknown> = Promise.resolve()
  #commitOffsets: EachBatchPayload['commitOffsetsIfNecessary'] | undefined
  #generation = 0
  #failures = 0
  readonly #stopping = new AbortController()
  #stopped: Promise<void> | undefined

  constructor(options: MemberOptions) {
    this.#options = options
    const { kafka, names, group, sessionTimeoutMs } = options
    this.#joined = new Promise((resolve, reject) => {
      this.#reportJoined = resolve
      this.#reportFailed = reject
    })
    this.#joined.catch(() => undefined)
    const assigner = createAssigner({ owned: () => this.#numbers(), beforeJoin: () => this.#beforeJoin() })
    this.#consumer = kafka.consumer({
      groupId: names.group(group),
      partitionAssigners: [assigner],
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.ceil(sessionTimeoutMs / 6),
      rebalanceTimeout: rebalanceTimeoutMs,
      maxWaitTimeInMs: fetchWaitMs,
      allowAutoTopicCreation: false,
      retry: { restartOnFailure: async () => !this.#stopping.signal.aborted },
    })
    const { GROUP_JOIN, CRASH } = this.#consumer.events
    this.#consumer.on(GROUP_JOIN, ({ payload }) => this.#onJoined(payload.memberAssignment))
    this.#consumer.on(CRASH, ({ payload }) => this.#onCrash(payload.error, payload.restart))
  }

  /** Resolves when the group has given this member its part, and the subscriber knows it. */
  async start(): Promise<void> {
    const { names, topics } = this.#options
    try {
      await this.#consumer.connect()
      await this.#consumer.subscribe({ topics: topics.map(names.topic), fromBeginning: true })
      await this.#consumer.run(this.#runConfig())
      await this.#joined
    } catch (error) {
      await this.stop()
      throw translateKafkaError(error, `group ${this.#options.group} cannot read`)
    }
  }

  async commit(positions: readonly Position[]): Promise<void> {
    if (positions.length === 0) return
    if (this.#current === undefined) throw this.#stopped ? logClosed() : logReassigned(this.#options.group)
    await this.#current.commit(positions, (ahead) => this.#commitNow(ahead))
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop())
  }

  #runConfig(): ConsumerRunConfig {
    return {
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: this.#options.partitionCount,
      eachBatch: async (payload) => this.#onBatch(payload),
    }
  }

  #onBatch({ batch, resolveOffset, isStale, commitOffsetsIfNecessary }: EachBatchPayload): void {
    const topic = this.#options.names.ofTopic(batch.topic)
    const partition = { topic, partition: batch.partition }
    // Read before the partitions changed, by a fetch that took longer.
    if (isStale() || this.#current === undefined) return
    this.#commitOffsets = commitOffsetsIfNecessary
    const entries = batch.messages.map((message) => toEntry(topic, batch.partition, message))
    const offsets = { first: Number(batch.firstOffset()), last: Number(batch.lastOffset()) }
    if (!this.#current.accept(partition, entries, offsets)) return
    resolveOffset(batch.lastOffset())
    this.#tellUnreadable(partition, entries)
  }

  #tellUnreadable({ topic, partition }: TopicPartition, entries: readonly LogEntry[]): void {
    const unreadable = entries.filter(({ headers }) => headers[unreadableHeader] !== undefined)
    if (unreadable.length === 0) return
    const { group, logger, metrics } = this.#options
    const [{ offset, headers }] = unreadable as [LogEntry]
    metrics.unreadable(topic, unreadable.length)
    logger.warn({ group, topic, partition, offset, count: unreadable.length }, String(headers[unreadableHeader]))
  }

  async #commitNow(positions: readonly Position[]): Promise<void> {
    const { group, names } = this.#options
    try {
      // Nothing can be committed before something was read.
      if (this.#commitOffsets === undefined) throw logReassigned(group)
      await this.#commitOffsets(offsetsByTopic(positions, names))
    } catch (error) {
      throw translateKafkaError(error, `group ${group} cannot commit`)
    }
  }

  /** The last moment at which positions of the present assignment count. */
  async #beforeJoin(): Promise<void> {
    const current = this.#current
    if (current === undefined || this.#stopping.signal.aborted) return
    const { clock, sessionTimeoutMs, onRevoked } = this.#options
    await settledWithin(clock, (sessionTimeoutMs * 2) / 3, Promise.all([current.end(), onRevoked?.()]))
  }

  #onJoined(memberAssignment: Readonly<Record<string, readonly number[]>>): void {
    const { names, group, metrics } = this.#options
    if (this.#stopping.signal.aborted) return void this.#consumer.disconnect().catch(() => undefined)
    this.#endCurrent()
    const generation = ++this.#generation
    this.#failures = 0
    this.#assigned = Object.entries(memberAssignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic: names.ofTopic(topic), partition })),
    )
    metrics.assigned(group, this.#assigned.length)
    this.#pause(this.#assigned)
    this.#preparing = this.#preparing.then(() => this.#prepare(generation))
  }

  async #prepare(generation: number): Promise<void> {
    const { clock, logger, group, onAssigned } = this.#options
    for (let attempt = 1; ; attempt++) {
      try {
        if (!this.#isCurrent(generation)) break
        await onAssigned?.(this.#assigned)
        // One call at a time for a partition, whatever assignment it was of.
        await this.#ended
        const from = await this.#startingPoints()
        if (!this.#isCurrent(generation)) break
        this.#begin(from)
        this.#reportJoined()
        break
      } catch (error) {
        const translated = translateKafkaError(error, `group ${group} cannot begin with its partitions`)
        logger.warn({ err: translated, group, attempt }, 'preparing again for the assigned partitions')
        if (!translated.retryable) this.#reportFailed(translated)
        await sleep(clock, backoffMs(attempt), this.#stopping.signal)
      }
    }
  }

  /** Nothing of it is handed over any more; its handlers may still run. */
  #endCurrent(): void {
    const current = this.#current
    this.#current = undefined
    if (current === undefined) return
    const before = this.#ended
    this.#ended = Promise.all([before, current.end()])
  }

  #begin(from: readonly StartingPoint[]): void {
    const { group, names, onEntries, clock, logger } = this.#options
    for (const { topic, partition, offset } of from) {
      this.#consumer.seek({ topic: names.topic(topic), partition, offset: String(offset) })
    }
    this.#current = new Assignment({
      group,
      from,
      onEntries,
      pause: (partition) => this.#pause([partition]),
      resume: (partitions) => this.#resume(partitions),
      onSkipped: createTellLost(this.#options),
      clock,
      logger,
    })
    this.#resume(from)
  }

  async #startingPoints(): Promise<StartingPoint[]> {
    const owned = new Set(this.#assigned.map(({ topic, partition }) => `${topic}/${partition}`))
    const positions = await this.#options.positions()
    return positions.filter(({ topic, partition }) => owned.has(`${topic}/${partition}`))
  }

  /** kafkajs gave up. What it calls worth trying again it does; the rest we do, slowly: someone may repair it. */
  #onCrash(error: Error, restarts: boolean): void {
    const { group, logger } = this.#options
    const translated = translateKafkaError(error, `group ${group} cannot read`)
    this.#endCurrent()
    if (this.#stopping.signal.aborted) return
    this.#failures += 1
    logger.warn({ err: translated, group, hint: translated.hint }, 'reading from Kafka was interrupted')
    if (!translated.retryable) this.#reportFailed(translated)
    if (restarts) return
    void this.#runAgain()
  }

  async #runAgain(): Promise<void> {
    await sleep(this.#options.clock, backoffMs(this.#failures), this.#stopping.signal)
    if (!this.#stopping.signal.aborted) await this.#consumer.run(this.#runConfig())
  }

  async #stop(): Promise<void> {
    this.#stopping.abort()
    // Handlers under way may still commit.
    await this.#current?.end()
    await this.#preparing
    await this.#current?.end()
    await this.#ended
    this.#current = undefined
    await settledWithin(this.#options.clock, stopLimitMs, this.#consumer.disconnect())
  }

  #isCurrent(generation: number): boolean {
    return generation === this.#generation && !this.#stopping.signal.aborted
  }

  #numbers(): number[] {
    return [...new Set(this.#assigned.map(({ partition }) => partition))]
  }

  #pause(partitions: readonly TopicPartition[]): void {
    this.#consumer.pause(this.#byTopic(partitions))
  }

  #resume(partitions: readonly TopicPartition[]): void {
    if (!this.#stopping.signal.aborted) this.#consumer.resume(this.#byTopic(partitions))
  }

  #byTopic(partitions: readonly TopicPartition[]) {
    return partitions.map(({ topic, partition }) => ({
      topic: this.#options.names.topic(topic),
      partitions: [partition],
    }))
  }
}

/** Positions by the names of topics in the cluster, as kafkajs commits them. */
function offsetsByTopic(positions: readonly Position[], names: Names) {
  const topics = new Map<string, { partition: number; offset: string }[]>()
  for (const { topic, partition, offset } of positions) {
    const name = names.topic(topic)
    topics.set(name, [...(topics.get(name) ?? []), { partition, offset: String(offset) }])
  }
  return { topics: [...topics].map(([topic, partitions]) => ({ topic, partitions })) }
}

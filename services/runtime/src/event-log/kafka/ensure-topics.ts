import type { Admin } from 'kafkajs'
import { createBackoff } from '../../backoff.ts'
import { sleep, systemClock } from '../../clock.ts'
import { createLogger, type Logger } from '../../logger.ts'
import { SpanledgerError } from '../../errors.ts'
import { connectKafka, type KafkaConnection } from './connection.ts'
import { topicMissing, translateKafkaError } from './kafka-errors.ts'
import { createNames } from './names.ts'
import { reachKafka } from './reach.ts'
import { findDifferences, type SettingDifference } from './topic-settings.ts'
import { defaultPartitions, type TopicSpec, topicSpecs } from './topic-specs.ts'

export interface TopicsOptions extends KafkaConnection {
  readonly partitions?: number
  /** Copies of each partition; the cluster's own default where it is not given. */
  readonly replication?: number
  readonly logger?: Logger
  /** How long the brokers are tried. */
  readonly limitMs?: number
}

export interface ListedTopic extends TopicState {
  readonly differs: readonly SettingDifference[]
}

const usableAttempts = 20
const backoffMs = createBackoff({ firstMs: 50, maxMs: 1_000 })

export interface TopicState extends TopicSpec {
  /** Its name in the cluster. */
  readonly name: string
  /** How many it has, undefined when it is not there. */
  readonly found: number | undefined
  readonly wanted: number
  /** On how many brokers each partition is, undefined when the topic is not there. */
  readonly copies: number | undefined
}

/** Every topic of spanledger: as it should be, what is there, and in which settings it differs. */
export async function listTopics(options: TopicsOptions): Promise<ListedTopic[]> {
  return withAdmin(options, async (admin) => {
    const topics = await stateOf(admin, options)
    const differences = await findDifferences(admin, topics)
    return topics.map((topic) => ({ ...topic, differs: differences.get(topic.name) ?? [] }))
  })
}

/**
 * Makes the topics that are missing, once they can be used resolves to all of them and the names of those it made. What
 * is there is left as it is.
 *
 * @throws SpanledgerError TOPIC_PARTITIONS when input topics differ in their number of partitions, TOPIC_MISSING with the
 * names and the command when they may not be made
 */
export async function ensureTopics(options: TopicsOptions): Promise<{ topics: TopicState[]; made: string[] }> {
  return withAdmin(options, async (admin) => {
    const topics = await stateOf(admin, options)
    checkTogether(topics)
    const missing = topics.filter(({ found }) => found === undefined)
    if (missing.length === 0) return { topics, made: [] }
    await createMissing(admin, missing, options.replication)
    return { topics: await whenUsable(admin, options), made: missing.map(({ name }) => name) }
  })
}

async function createMissing(admin: Admin, missing: readonly TopicState[], replication = -1): Promise<void> {
  try {
    await admin.createTopics({
      waitForLeaders: false,
      topics: missing.map(({ name, wanted, config }) => ({
        topic: name,
        numPartitions: wanted,
        replicationFactor: replication,
        configEntries: Object.entries({ ...config, ...durability(replication) }).map(([key, value]) => ({
          name: key,
          value,
        })),
      })),
    })
  } catch (error) {
    // Another process may have made some of them at the same moment.
    const errors = (error as { errors?: readonly { type?: string }[] }).errors ?? [error as { type?: string }]
    const other = errors.find(({ type }) => type !== 'TOPIC_ALREADY_EXISTS')
    if (other !== undefined) throw cannotMake(missing, other)
  }
}

/** Of three copies or more, two have a record before it is acknowledged: one broker may be lost. */
function durability(replication: number): Record<string, string> {
  return replication >= 3 ? { 'min.insync.replicas': '2' } : {}
}

function cannotMake(missing: readonly TopicState[], cause: unknown): SpanledgerError {
  const error = translateKafkaError(cause, 'topics cannot be made')
  if (error.code !== 'LOG_FORBIDDEN') return error
  const names = missing.map(({ name }) => name).join(', ')
  return new SpanledgerError('TOPIC_MISSING', `topics are missing, and this user may not make them: ${names}`, {
    retryable: false,
    hint: 'have someone who may run: spanledger topics --create',
    cause,
  })
}

/** Topics are made in one place and known to the brokers a moment later. */
async function whenUsable(admin: Admin, options: TopicsOptions): Promise<TopicState[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      const states = await stateOf(admin, options)
      checkTogether(states)
      for (const { name, found } of states) if (found === undefined) throw topicMissing(name)
      await Promise.all(states.map(({ name }) => admin.fetchTopicOffsets(name)))
      return states
    } catch (error) {
      const translated = translateKafkaError(error, 'topics were made, and cannot be used yet')
      if (!translated.retryable || attempt >= usableAttempts) throw translated
      await sleep(systemClock, backoffMs(attempt))
    }
  }
}

/** @throws SpanledgerError TOPIC_PARTITIONS when input topics that are there differ in their number of partitions */
export function checkTogether(states: readonly TopicState[]): void {
  const there = states.filter(({ isInput, found }) => isInput && found !== undefined)
  if (new Set(there.map(({ found }) => found)).size <= 1) return
  const most = Math.max(...there.map(({ found }) => found!))
  const list = there.map(({ name, found }) => `${name} ${found}`).join(', ')
  throw new SpanledgerError('TOPIC_PARTITIONS', `input topics differ in their number of partitions: ${list}`, {
    retryable: false,
    hint: `reports of one request meet in one process only when they agree: stop the producers, wait until the ledger has read all, then give each ${most} (kafka-topics --alter --partitions ${most})`,
  })
}

async function stateOf(admin: Admin, options: TopicsOptions): Promise<TopicState[]> {
  const names = createNames(options)
  const there = new Set(await admin.listTopics())
  const ours = topicSpecs.map((spec) => ({ ...spec, name: names.topic(spec.topic) }))
  const { topics } = await admin.fetchTopicMetadata({
    topics: ours.map(({ name }) => name).filter((name) => there.has(name)),
  })
  const counts = new Map(topics.map(({ name, partitions }) => [name, partitions.length]))
  const copies = new Map(topics.map(({ name, partitions }) => [name, partitions[0]?.replicas.length]))
  const agreed = ours.find(({ isInput, name }) => isInput && counts.has(name))
  const inputs = agreed === undefined ? (options.partitions ?? defaultPartitions) : counts.get(agreed.name)!
  return ours.map((spec) => ({
    ...spec,
    found: counts.get(spec.name),
    wanted: spec.partitions ?? inputs,
    copies: copies.get(spec.name),
  }))
}

async function withAdmin<T>(options: TopicsOptions, work: (admin: Admin) => Promise<T>): Promise<T> {
  const { brokers, logger = createLogger({ name: 'kafka', level: 'silent' }), limitMs = 30_000 } = options
  let admin: Admin | undefined
  try {
    admin = await reachKafka(connectKafka(options, logger, 0), limitMs, logger)
    return await work(admin)
  } catch (error) {
    const { code, message, retryable, hint } = translateKafkaError(error, 'topics cannot be looked after')
    throw new SpanledgerError(code, `Kafka at ${brokers.join(', ')}: ${message}`, { retryable, hint, cause: error })
  } finally {
    await admin?.disconnect().catch(() => undefined)
  }
}

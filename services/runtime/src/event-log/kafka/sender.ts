import kafkajs, { type Kafka, type Message, type Producer, type RecordMetadata, type TopicMessages } from 'kafkajs'
import type { Clock } from '../../clock.ts'
import { patience } from './connection.ts'
import { appendTimedOut, translateKafkaError } from './kafka-errors.ts'
import type { RoutedRecord } from './waves.ts'

export interface SenderOptions {
  /** With retries that go on for about `limitMs`. */
  readonly kafka: Kafka
  readonly clock: Clock
  /** How long a batch is tried. */
  readonly limitMs: number
}

interface Life {
  readonly producer: Producer
  /** Set when the producer must write nothing any more. */
  ended: boolean
}

const allReplicas = -1

/**
 * Writes batches, one at a time, each record exactly once while it is tried.
 *
 * The broker tells a batch that is sent again by the producer's id and a running number of each partition. kafkajs takes
 * numbers back when a call fails, so that they would be given to other records although the broker may hold the first:
 * it would confirm those, and drop them. Hence one batch at a time, the same one until it is confirmed; and once it is
 * given up, the producer with its id is too.
 *
 * kafkajs also calls a batch done when a partition that failed has moved to a broker that had answered for others: so
 * every partition must be in the answers, and what is not is sent again.
 */
export class Sender {
  readonly #options: SenderOptions
  #life: Life | undefined

  constructor(options: SenderOptions) {
    this.#options = options
  }

  async connect(): Promise<void> {
    const life = (this.#life ??= this.#begin())
    await life.producer.connect()
  }

  /** Resolves when every record is on all replicas in sync. Rejects with what kept it from that for `limitMs`. */
  async send(records: readonly RoutedRecord[]): Promise<void> {
    const { clock, limitMs } = this.#options
    const life = (this.#life ??= this.#begin())
    let cancel: (() => void) | undefined
    const timeUp = new Promise<'time is up'>((resolve) => {
      cancel = clock.after(limitMs, () => resolve('time is up'))
    })
    try {
      const outcome = await Promise.race([sendAll(life, records), timeUp])
      if (outcome === 'time is up') throw appendTimedOut(limitMs)
    } catch (error) {
      this.#end(life)
      throw translateKafkaError(error, 'Kafka does not take the records')
    } finally {
      cancel?.()
    }
  }

  async stop(): Promise<void> {
    const life = this.#life
    this.#life = undefined
    if (life !== undefined) await life.producer.disconnect()
  }

  #begin(): Life {
    const life: Life = {
      ended: false,
      producer: this.#options.kafka.producer({
        idempotent: true,
        allowAutoTopicCreation: false,
        // kafkajs itself tries again, with the same numbers, about as long as anybody waits.
        retry: patience(this.#options.limitMs),
        // Each message says which it is for.
        createPartitioner:
          () =>
          ({ message }) =>
            message.partition ?? 0,
      }),
    }
    return life
  }

  #end(life: Life): void {
    life.ended = true
    if (this.#life === life) this.#life = undefined
    life.producer.disconnect().catch(() => undefined)
  }
}

async function sendAll(life: Life, records: readonly RoutedRecord[]): Promise<void> {
  await life.producer.connect()
  for (let left = intoBatches(records); left.length > 0; ) {
    const topicMessages = intoTopics(left, () => {
      // Asked before each attempt: the last moment to keep a batch that was given up from being written.
      if (life.ended) throw new kafkajs.KafkaJSNonRetriableError('the batch was given up')
    })
    left = unanswered(left, await life.producer.sendBatch({ acks: allReplicas, topicMessages }))
  }
}

/** What goes to one partition. */
interface Batch {
  readonly topic: string
  readonly partition: number
  readonly messages: Message[]
}

function intoBatches(records: readonly RoutedRecord[]): Batch[] {
  const topics = new Map<string, Map<number, Batch>>()
  const batches: Batch[] = []
  for (const { record, partition } of records) {
    const { topic, key, value, headers = {} } = record
    let partitions = topics.get(topic)
    if (partitions === undefined) topics.set(topic, (partitions = new Map()))
    let batch = partitions.get(partition)
    if (batch === undefined) {
      batch = { topic, partition, messages: [] }
      partitions.set(partition, batch)
      batches.push(batch)
    }
    batch.messages.push({ partition, key, value: asBuffer(value), headers: headers as Record<string, string> })
  }
  return batches
}

/**
 * kafkajs gathers the messages of each partition by `reduce`, copying those that it has for each that it adds. They are
 * gathered already: they say so. (Should it go about it another way one day, it finds an ordinary array.)
 */
function intoTopics(batches: readonly Batch[], beforeAttempt: () => void): TopicMessages[] {
  const topics = [...new Set(batches.map(({ topic }) => topic))]
  return topics.map((topic) => {
    const ofTopic = batches.filter((batch) => batch.topic === topic)
    const messages = ofTopic.flatMap((batch) => batch.messages)
    const gathered = Object.fromEntries(ofTopic.map((batch) => [batch.partition, batch.messages]))
    function reduce() {
      beforeAttempt()
      return gathered
    }
    return { topic, messages: Object.defineProperty(messages, 'reduce', { value: reduce }) }
  })
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function unanswered(batches: readonly Batch[], answers: readonly RecordMetadata[]): Batch[] {
  const written = new Set(answers.map(({ topicName, partition }) => `${topicName} ${partition}`))
  return batches.filter(({ topic, partition }) => !written.has(`${topic} ${partition}`))
}

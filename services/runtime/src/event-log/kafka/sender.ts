import kafkajs, { type Kafka, type Producer, type RecordMetadata } from 'kafkajs'
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
        createPartitioner:
          () =>
          ({ message }) => {
            // Asked before each attempt: the last moment to keep a batch that was given up from being written.
            if (life.ended) throw new kafkajs.KafkaJSNonRetriableError('the batch was given up')
            return message.partition ?? 0
          },
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

async function sendAll({ producer }: Life, records: readonly RoutedRecord[]): Promise<void> {
  await producer.connect()
  for (let left = records; left.length > 0; ) {
    left = unanswered(left, await producer.sendBatch({ acks: allReplicas, topicMessages: messagesOf(left) }))
  }
}

function messagesOf(records: readonly RoutedRecord[]) {
  const byTopic = new Map<
    string,
    { partition: number; key: string; value: Buffer; headers: Record<string, string> }[]
  >()
  for (const { record, partition } of records) {
    const { topic, key, value, headers = {} } = record
    let messages = byTopic.get(topic)
    if (messages === undefined) byTopic.set(topic, (messages = []))
    messages.push({ partition, key, value: asBuffer(value), headers: headers as Record<string, string> })
  }
  return [...byTopic].map(([topic, messages]) => ({ topic, messages }))
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function unanswered(records: readonly RoutedRecord[], answers: readonly RecordMetadata[]): readonly RoutedRecord[] {
  const written = new Set(answers.map(({ topicName, partition }) => `${topicName} ${partition}`))
  const isWritten = ({ record, partition }: RoutedRecord) => written.has(`${record.topic} ${partition}`)
  return records.every(isWritten) ? [] : records.filter((routed) => !isWritten(routed))
}

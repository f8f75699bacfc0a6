import { type PartitionMetadata, Partitioners } from 'kafkajs'
import type { AdminClient } from './admin-client.ts'
import { topicMissing, translateKafkaError } from './kafka-errors.ts'

/** How many partitions each topic has, asked once; and which of them a key goes to. */
export class TopicPartitions {
  readonly #admin: AdminClient
  readonly #known = new Map<string, PartitionMetadata[]>()
  readonly #asking = new Map<string, Promise<void>>()
  // That of Kafka's Java client: who keys by the same identity with another client meets us in the same partition.
  readonly #partitionOf = Partitioners.DefaultPartitioner()

  constructor(admin: AdminClient) {
    this.#admin = admin
  }

  /** @throws SpanledgerError TOPIC_MISSING, naming the first topic that is not there */
  async learn(topics: readonly string[]): Promise<void> {
    const unknown = new Set<string>()
    for (const topic of topics) if (!this.#known.has(topic)) unknown.add(topic)
    if (unknown.size > 0) await Promise.all([...unknown].map((topic) => this.#learnOnce(topic)))
  }

  count(topic: string): number {
    return this.#of(topic).length
  }

  partitionOf(topic: string, key: string): number {
    const message = { key, value: null }
    return this.#partitionOf({ topic, partitionMetadata: this.#of(topic), message })
  }

  /** After an error: topics may have been deleted, or made anew. */
  forget(): void {
    this.#known.clear()
  }

  #of(topic: string): PartitionMetadata[] {
    const partitions = this.#known.get(topic)
    if (partitions === undefined) throw topicMissing(topic)
    return partitions
  }

  /** Asked once, however many wait for the answer. */
  #learnOnce(topic: string): Promise<void> {
    let asking = this.#asking.get(topic)
    if (asking === undefined) {
      asking = this.#learn(topic).finally(() => this.#asking.delete(topic))
      this.#asking.set(topic, asking)
    }
    return asking
  }

  async #learn(topic: string): Promise<void> {
    try {
      const { topics } = await this.#admin.run((admin) => admin.fetchTopicMetadata({ topics: [topic] }))
      const partitions = topics.find(({ name }) => name === topic)?.partitions ?? []
      if (partitions.length === 0) throw topicMissing(topic)
      this.#known.set(topic, partitions)
    } catch (error) {
      const translated = translateKafkaError(error, `the topic ${topic} cannot be looked up`)
      throw translated.code === 'TOPIC_MISSING' ? topicMissing(topic) : translated
    }
  }
}

import type { AdminClient } from './admin-client.ts'
import { topicMissing, translateKafkaError } from './kafka-errors.ts'
import { partitionOfKey } from './partition-of-key.ts'

/** How many partitions each topic has, asked once; and which of them a key goes to. */
export class TopicPartitions {
  readonly #admin: AdminClient
  readonly #known = new Map<string, number>()
  readonly #asking = new Map<string, Promise<void>>()

  constructor(admin: AdminClient) {
    this.#admin = admin
  }

  /** @throws SpanledgerError TOPIC_MISSING, naming the first topic that is not there */
  async learn(topics: readonly string[]): Promise<void> {
    const unknown = new Set<string>()
    for (const topic of topics) if (!this.#known.has(topic)) unknown.add(topic)
    if (unknown.size > 0) await Promise.all([...unknown].map((topic) => this.#learnOnce(topic)))
  }

  partitionOf(topic: string, key: string): number {
    return partitionOfKey(key, this.count(topic))
  }

  count(topic: string): number {
    const count = this.#known.get(topic)
    if (count === undefined) throw topicMissing(topic)
    return count
  }

  /** After an error: topics may have been deleted, or made anew. */
  forget(): void {
    this.#known.clear()
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
      this.#known.set(topic, partitions.length)
    } catch (error) {
      const translated = translateKafkaError(error, `the topic ${topic} cannot be looked up`)
      throw translated.code === 'TOPIC_MISSING' ? topicMissing(topic) : translated
    }
  }
}

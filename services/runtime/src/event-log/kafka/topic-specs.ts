import { inputTopics, rejectedTopic, topics } from '@spanledger/schemas/events/topics'

export interface TopicSpec {
  readonly topic: string
  /** The same number of partitions as every other input topic: reports of one request meet in one process. */
  readonly isInput: boolean
  /** One partition is enough, and keeps all in order. */
  readonly partitions?: number
  /** As Kafka names them. */
  readonly config: Readonly<Record<string, string>>
}

export const defaultPartitions = 12

const hourMs = 3_600_000
const gibibyte = 2 ** 30

/** Bounded by age and by the size of a partition, whichever is reached first. */
const common = {
  'cleanup.policy': 'delete',
  // Age is when the broker took it: producers' clocks decide nothing.
  'message.timestamp.type': 'LogAppendTime',
  'max.message.bytes': String(8 * 2 ** 20),
}
const input = { ...common, 'retention.ms': String(7 * 24 * hourMs), 'retention.bytes': String(8 * gibibyte) }
const kept = { ...common, 'retention.ms': String(30 * 24 * hourMs), 'retention.bytes': String(gibibyte) }

/** Every topic of spanledger, and how it should be. */
export const topicSpecs: readonly TopicSpec[] = [
  ...inputTopics.map((topic): TopicSpec => ({ topic, isInput: true, config: input })),
  ...inputTopics.map((topic): TopicSpec => ({ topic: rejectedTopic(topic), isInput: false, config: kept })),
  { topic: topics.alerts, isInput: false, partitions: 1, config: kept },
]

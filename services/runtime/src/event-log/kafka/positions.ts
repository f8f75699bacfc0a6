import type { Admin } from 'kafkajs'
import type { Position } from '../port.ts'
import { translateKafkaError } from './kafka-errors.ts'

/** Where reading starts. */
export interface StartingPoint extends Position {
  /** The entry that the group wants next; when it is before the position, those in between are gone. */
  readonly expected: number
  /** The oldest entry that is there. */
  readonly begins: number
}

export interface GroupPosition extends StartingPoint {
  /** How many entries of the partition are at or after it. */
  readonly behind: number
  /** What was committed does not exist: the topic was made anew. */
  readonly isReset: boolean
}

/** Where a group stands in every partition of these topics: what it committed, else the oldest entry that is there. */
export async function groupPositions(admin: Admin, group: string, topics: readonly string[]): Promise<GroupPosition[]> {
  try {
    const [committed, ...bounds] = await Promise.all([
      admin.fetchOffsets({ groupId: group, topics: [...topics] }),
      ...topics.map(async (topic) => ({ topic, partitions: await admin.fetchTopicOffsets(topic) })),
    ])
    return bounds.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, low, high }) => {
        const ofTopic = committed.find((each) => each.topic === topic)?.partitions
        const known = Number(ofTopic?.find((each) => each.partition === partition)?.offset ?? -1)
        const isReset = known > Number(high)
        const offset = isReset ? Number(low) : Math.max(known, Number(low))
        const expected = known === -1 || isReset ? offset : known
        const begins = Number(low)
        return { topic, partition, offset, expected, begins, behind: Number(high) - offset, isReset }
      }),
    )
  } catch (error) {
    throw translateKafkaError(error, `the position of group ${group} is unknown`)
  }
}

import { createLogger } from '../../logger.ts'
import { connectKafka, type KafkaConnection } from './connection.ts'
import { translateKafkaError } from './kafka-errors.ts'
import { createNames } from './names.ts'
import { groupPositions } from './positions.ts'

export interface GroupState {
  /** How many processes share the partitions now. */
  readonly members: number
  /** Entries that the group has not committed, of all its topics together. */
  readonly behind: number
}

/** A look at a consumer group from outside. The topics must be there. Rejects with a SpanledgerError. */
export async function describeGroup(
  options: KafkaConnection & { readonly limitMs: number },
  group: string,
  topics: readonly string[],
): Promise<GroupState> {
  const names = createNames(options)
  const admin = connectKafka(options, createLogger({ name: 'kafka', level: 'silent' }), options.limitMs).admin()
  try {
    await admin.connect()
    const name = names.group(group)
    const [described, positions] = await Promise.all([
      admin.describeGroups([name]),
      groupPositions(admin, name, topics.map(names.topic)),
    ])
    return {
      members: described.groups.reduce((sum, { members }) => sum + members.length, 0),
      behind: positions.reduce((sum, { behind }) => sum + behind, 0),
    }
  } catch (error) {
    throw translateKafkaError(error, `group ${group} cannot be looked at`)
  } finally {
    await admin.disconnect().catch(() => undefined)
  }
}

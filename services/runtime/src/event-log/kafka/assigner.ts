import { type Assigner, AssignerProtocol, type Cluster, type PartitionAssigner } from 'kafkajs'
import { assignTogether } from './partitions-together.ts'

const name = 'spanledger-together'
const version = 0

export interface AssignerOptions {
  /** The partition numbers that this member has now. */
  owned(): readonly number[]
  /** The group is asked for a new assignment once this has resolved: within the session, or the member is thrown out. */
  beforeJoin(): Promise<void>
}

/**
 * The group's leader assigns by `assignTogether`; every member tells with its request to join which partition numbers it
 * has. Members of one group must all assign this way.
 */
export function createAssigner({ owned, beforeJoin }: AssignerOptions): PartitionAssigner {
  return ({ cluster }) => {
    holdJoins(cluster, beforeJoin)
    return assigner(cluster, owned)
  }
}

/**
 * kafkajs tells nobody before it gives partitions up. It looks for the group's coordinator right before each request to
 * join, and for nothing else, in a cluster object that is the consumer's own: there it can be held.
 */
function holdJoins(cluster: Cluster, beforeJoin: () => Promise<void>): void {
  const find = cluster.findGroupCoordinator.bind(cluster)
  cluster.findGroupCoordinator = async (group) => {
    await beforeJoin()
    return find(group)
  }
}

function assigner(cluster: Cluster, owned: () => readonly number[]): Assigner {
  return {
    name,
    version,
    async assign({ members, topics }) {
      const counts = topics.map((topic): [string, number] => [topic, cluster.findTopicPartitionMetadata(topic).length])
      const had = members.map(({ memberId, memberMetadata }): [string, number[]] => [
        memberId,
        numbersIn(memberMetadata),
      ])
      const assigned = assignTogether(Object.fromEntries(counts), Object.fromEntries(had))
      return Object.entries(assigned).map(([memberId, assignment]) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({
          version,
          assignment: Object.fromEntries(Object.entries(assignment).map(([topic, numbers]) => [topic, [...numbers]])),
          userData: Buffer.alloc(0),
        }),
      }))
    },
    protocol({ topics }) {
      const userData = Buffer.from(owned().join(','))
      return { name, metadata: AssignerProtocol.MemberMetadata.encode({ version, topics, userData }) }
    },
  }
}

function numbersIn(memberMetadata: Buffer): number[] {
  const { userData } = AssignerProtocol.MemberMetadata.decode(memberMetadata) ?? {}
  if (userData === undefined || userData === null || userData.length === 0) return []
  return userData.toString().split(',').map(Number).filter(Number.isSafeInteger)
}

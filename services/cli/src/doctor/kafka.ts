import type { Environment } from '@spanledger/runtime/config/environment'
import { SpanledgerError } from '@spanledger/runtime/errors'
import { describeGroup, type GroupState } from '@spanledger/runtime/event-log/kafka/describe-group'
import { checkTogether, type ListedTopic, listTopics } from '@spanledger/runtime/event-log/kafka/ensure-topics'
import { inputTopics } from '@spanledger/schemas/events/topics'
import { kafkaConnection } from '../compose/kafka.ts'
import { type Check, failed, ok, warning } from './check.ts'

const limitMs = 5_000
/** So many records a ledger reads in a few seconds. */
const muchBehind = 500_000

/** The brokers, the topics and their partitions, and how far the ledgers are; nothing where Kafka is not configured. */
export async function checkKafka(config: Environment): Promise<Check[]> {
  const kafka = kafkaConnection(config)
  if (kafka === undefined) return []
  const name = kafka.brokers.join(',')
  try {
    const topics = await listTopics({ ...kafka, limitMs })
    const states = [ok('Kafka', `${name} answers`), checkTopics(topics)]
    if (topics.some(({ isInput, found }) => isInput && found === undefined)) return states
    return [...states, checkGroup(await describeGroup({ ...kafka, limitMs }, 'ledger', inputTopics))]
  } catch (error) {
    if (!(error instanceof SpanledgerError)) throw error
    return [failed('Kafka', `${name}: ${error.message}`, error.hint)]
  }
}

export function checkTopics(topics: readonly ListedTopic[]): Check {
  const missing = topics.filter(({ found }) => found === undefined).map((topic) => topic.name)
  if (missing.length > 0) return failed('topics', `not there: ${missing.join(', ')}`, 'spanledger topics --create')
  try {
    checkTogether(topics)
  } catch (error) {
    return failed('topics', (error as SpanledgerError).message, (error as SpanledgerError).hint)
  }
  const partitions = topics.find(({ isInput }) => isInput)?.found ?? 0
  return ok('topics', `${topics.length} topics, the input topics with ${partitions} partitions each`)
}

export function checkGroup({ members, behind }: GroupState): Check {
  const message = `${members} share the work, ${behind} records are not read yet`
  if (members === 0) return warning('ledgers', message, 'start one: spanledger run ledger')
  if (behind < muchBehind) return ok('ledgers', message)
  return warning('ledgers', message, 'start another ledger (at most one for each partition), or look at their /readyz')
}

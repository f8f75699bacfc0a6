import { loadConfig } from '@spanledger/runtime/config/environment'
import { SpanledgerError } from '@spanledger/runtime/errors'
import { ensureTopics, type ListedTopic, listTopics } from '@spanledger/runtime/event-log/kafka/ensure-topics'
import { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { kafkaConnection } from '../compose/kafka.ts'
import { table } from '../terminal/table.ts'
import { readCount } from './options.ts'

interface Flags {
  readonly create?: boolean
  readonly partitions?: number
  readonly replication?: number
  readonly json?: boolean
}

const limitMs = 10_000

export function topicsCommand(context: CommandContext, done: (code: 0 | 1) => void): Command {
  return new Command('topics')
    .summary('the topics in Kafka: what is there, and what should be')
    .description(
      'Lists the topics of spanledger in the Kafka of KAFKA_BROKERS against what they should be, and makes those that are ' +
        'missing when told to. What is there is never changed. Exits with 1 when a topic is missing, or the input topics ' +
        'differ in their number of partitions.',
    )
    .option('--create', 'make what is missing')
    .option('--partitions <n>', 'of the input topics that are made (default: KAFKA_PARTITIONS)', readCount)
    .option(
      '--replication <n>',
      'copies of each partition that is made (default: what the cluster has as its own)',
      readCount,
    )
    .option('--json', 'as one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  $ KAFKA_BROKERS=localhost:9092 spanledger topics
  $ KAFKA_BROKERS=kafka-1:9092,kafka-2:9092 spanledger topics --create --partitions 24 --replication 3`,
    )
    .action(async (flags: Flags) => {
      const kafka = kafkaConnection(loadConfig(context.env))
      if (kafka === undefined) throw noBrokers()
      const options = {
        ...kafka,
        limitMs,
        ...(flags.partitions !== undefined && { partitions: flags.partitions }),
        ...(flags.replication !== undefined && { replication: flags.replication }),
      }
      const made = flags.create ? (await ensureTopics(options)).made : []
      const topics = await listTopics(options)
      context.terminal.out(flags.json ? JSON.stringify({ made, topics }, null, 2) : describe(topics, made))
      done(isComplete(topics) ? 0 : 1)
    })
}

function isComplete(topics: readonly ListedTopic[]): boolean {
  const inputs = new Set(topics.filter(({ isInput }) => isInput).map(({ found }) => found))
  return topics.every(({ found }) => found !== undefined) && inputs.size === 1
}

function describe(topics: readonly ListedTopic[], made: readonly string[]): string {
  const rows = topics.map((topic) => [
    topic.name,
    String(topic.found ?? '-'),
    String(topic.copies ?? '-'),
    stateOf(topic, made.includes(topic.name)),
  ])
  const lines = table(['topic', 'partitions', 'copies', ''], rows, new Set([1, 2]))
  const isMissing = topics.some(({ found }) => found === undefined)
  return [...lines, ...(isMissing ? ['', 'what to do: spanledger topics --create'] : [])].join('\n')
}

function stateOf({ found, wanted, isInput, differs }: ListedTopic, isNew: boolean): string {
  if (found === undefined) return `missing: should have ${wanted} partition${wanted === 1 ? '' : 's'}`
  if (isInput && found !== wanted) return `should have ${wanted} partitions, as the other input topics`
  if (isNew) return 'made'
  const settings = differs.map((each) => `${each.setting} is ${each.found}, ours would be ${each.wanted}`)
  return settings.length === 0 ? 'ok' : settings.join('; ')
}

function noBrokers(): SpanledgerError {
  return new SpanledgerError('KAFKA_BROKERS_MISSING', 'there is no Kafka to look at', {
    retryable: false,
    hint: 'set KAFKA_BROKERS; the embedded log makes its topics by itself',
  })
}

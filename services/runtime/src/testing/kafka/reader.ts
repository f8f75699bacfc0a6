// A process for tests to kill: reads a group and prints what it is given, a line of JSON each.
import type { KafkaEventLogOptions } from '../../event-log/kafka.ts'
import { createKafkaEventLog } from '../../event-log/kafka.ts'
import { createLogger } from '../../logger.ts'
import { createMetrics } from '../../metrics.ts'

const [options = '{}', group = '', ...topics] = process.argv.slice(2)
const log = createKafkaEventLog({
  ...(JSON.parse(options) as KafkaEventLogOptions),
  logger: createLogger({ name: 'reader', level: 'silent' }),
  metrics: createMetrics(),
})
const print = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`)

await log.start()
await log.subscribe({
  group,
  topics,
  onAssigned: async (partitions) => void print({ partitions }),
  onEntries: async (entries) => void print({ keys: entries.map(({ key }) => key) }),
})

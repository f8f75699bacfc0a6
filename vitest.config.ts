import { defineConfig } from 'vitest/config'
import SkipsReporter from './infra/dev/testing/skips-reporter.ts'

const source = {
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
}
const everywhere = ['services/*/src/**', 'services/*/web/**', 'schemas/**', 'infra/**', 'test/**']
const countsFile = process.env.VITEST_COUNTS_FILE
const never = ['**/node_modules/**', '**/dist/**']
const engine = everywhere.map((folder) => `${folder}/*.clickhouse.test.ts`)
const kafka = everywhere.map((folder) => `${folder}/*.kafka.test.ts`)
const browser = everywhere.map((folder) => `${folder}/*.browser.test.ts`)
// the tests' own affair: the processes that they start are told which log to use
const kafkaBrokers = process.env.KAFKA_BROKERS ?? ''
delete process.env.KAFKA_BROKERS
const processes = ['test/{flow,faults,e2e,instrumentations}/**/*.test.ts']

/**
 * Groups run one after the other: what needs nothing first, in parallel; then what starts an engine; then what needs a
 * Kafka broker, which all of it shares; then what starts whole processes and kills them, one file at a time, because
 * its timeouts are about real time; Chromium last.
 */
export default defineConfig({
  ...source,
  test: {
    allowOnly: false,
    // the second one prints why something was skipped; CI adds the counts as a file
    reporters: [
      'default',
      new SkipsReporter(),
      ...(countsFile ? [['json', { outputFile: countsFile }] as ['json', { outputFile: string }]] : []),
    ],
    projects: [
      group(0, 'unit', { include: everywhere.map((folder) => `${folder}/*.test.ts`), maxWorkers: 2 }, [
        ...engine,
        ...kafka,
        ...browser,
        ...processes,
      ]),
      group(1, 'clickhouse', { include: engine, maxWorkers: 2 }, processes),
      group(2, 'kafka', {
        include: kafka,
        maxWorkers: 1,
        testTimeout: 120_000,
        globalSetup: 'infra/dev/testing/share-kafka.ts',
        provide: { kafkaBrokers },
      }),
      group(3, 'processes', { include: processes, maxWorkers: 1, testTimeout: 240_000, hookTimeout: 120_000 }, [
        ...browser,
        ...kafka,
      ]),
      group(4, 'browser', { include: browser, maxWorkers: 1 }),
    ],
  },
})

function group(order: number, name: string, test: Record<string, unknown>, exclude: readonly string[] = []) {
  return {
    ...source,
    test: {
      name,
      pool: 'forks' as const,
      testTimeout: 60_000,
      hookTimeout: 60_000,
      sequence: { groupOrder: order },
      exclude: [...never, ...exclude],
      ...test,
    },
  }
}

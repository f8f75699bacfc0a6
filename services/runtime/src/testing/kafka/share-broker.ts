import { startKafka } from '../kafka-broker.ts'
import type { TestProject } from 'vitest/node'

/** One broker for all tests that need Kafka: the one that `KAFKA_BROKERS` names, else one of our own, else none. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = project.getProvidedContext().kafkaBrokers
  if (given !== '') {
    project.provide('kafka', { brokers: given.split(',').map((broker) => broker.trim()) })
    return undefined
  }
  const cluster = await startKafka()
  if ('missing' in cluster) {
    project.provide('kafka', cluster)
    return undefined
  }
  project.provide('kafka', { brokers: cluster.brokers })
  return () => cluster.stop()
}

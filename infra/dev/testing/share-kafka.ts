import { type NoKafkaCluster, startKafka } from '@spanledger/runtime/testing/kafka-broker'
import { brokerProperties } from '@spanledger/runtime/testing/kafka/server-files'
import type { TestProject } from 'vitest/node'

interface SharedKafka {
  readonly brokers: readonly string[]
  stop(): Promise<void>
}

/** The ways to a broker of the tests' own; each says in a few words why it cannot be gone here. */
export interface KafkaWays {
  readonly fromJars: () => Promise<SharedKafka | Pick<NoKafkaCluster, 'because'>>
  readonly fromContainer: () => Promise<SharedKafka | { readonly missing: string }>
}

const ways: KafkaWays = {
  fromJars: startKafka,
  async fromContainer() {
    // testcontainers is large: only who needs it waits for it to load
    const { startKafkaContainer } = await import('@spanledger/containers/kafka-container')
    return await startKafkaContainer(brokerProperties(1))
  },
}

/** One broker for all tests that need Kafka (`sharedKafka` in the runtime's testing folder). */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const kafka = await findKafka(project.getProvidedContext().kafkaBrokers, ways)
  if ('missing' in kafka) {
    project.provide('kafka', kafka)
    return undefined
  }
  project.provide('kafka', { brokers: kafka.brokers })
  return () => kafka.stop()
}

/** The broker that `KAFKA_BROKERS` names; else one of the tests' own by Java and Maven; else by Docker; else none. */
export async function findKafka(
  given: string,
  { fromJars, fromContainer }: KafkaWays,
): Promise<SharedKafka | { readonly missing: string }> {
  if (given !== '') {
    return { brokers: given.split(',').map((broker) => broker.trim()), stop: () => Promise.resolve() }
  }
  const own = await fromJars()
  if ('brokers' in own) return own
  const container = await fromContainer()
  if ('brokers' in container) return container
  return {
    missing: `no Kafka: KAFKA_BROKERS is not set; Java and Maven: ${own.because}; Docker: ${container.missing}`,
  }
}

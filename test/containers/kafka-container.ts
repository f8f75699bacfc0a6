import { type AddressInfo, createServer } from 'node:net'
import { GenericContainer, getContainerRuntimeClient, getReaper, ImageName, Wait } from 'testcontainers'
import { dockerAnswers, type Environment } from './docker-engine.ts'

/** As in docker-compose.yml. */
export const kafkaImage = 'apache/kafka:4.3.0'
const startLimitMs = 120_000
const port = { clients: 9092, controller: 9093, itself: 9094 }

/** Properties of a Kafka server, by their names in server.properties. */
export type KafkaProperties = Readonly<Record<string, string | number | boolean>>

export interface KafkaContainer {
  /** `host:port`, without TLS or password. */
  readonly brokers: readonly string[]
  /** Removes the container. */
  stop(): Promise<void>
}

/**
 * A Kafka of one node in a container. It goes when this process ends, however it ends: testcontainers sees to that.
 *
 * @returns the broker, or in one line why this machine cannot have it
 * @throws where the image is there and the broker does not start
 */
export async function startKafkaContainer(
  properties: KafkaProperties,
  environment: Environment = process.env,
): Promise<KafkaContainer | { readonly missing: string }> {
  if (!(await dockerAnswers(environment))) return { missing: 'no engine answers' }
  let host: string
  try {
    const client = await getContainerRuntimeClient()
    host = client.info.containerRuntime.host
    await client.image.pull(ImageName.fromString(kafkaImage))
    await getReaper(client)
  } catch (error) {
    const [why = ''] = (error as Error).message.split('\n')
    return { missing: `the engine cannot have ${kafkaImage} (${why})` }
  }
  const published = await freePort()
  // Clients are told the published port, so it is chosen before the start. What the broker says to itself goes inside.
  const container = await new GenericContainer(kafkaImage)
    .withExposedPorts({ container: port.clients, host: published })
    .withEnvironment({
      ...asEnvironment({
        ...properties,
        'process.roles': 'broker,controller',
        'node.id': 1,
        'controller.quorum.voters': `1@localhost:${port.controller}`,
        'controller.listener.names': 'CONTROLLER',
        'inter.broker.listener.name': 'ITSELF',
        listeners: `CLIENTS://:${port.clients},CONTROLLER://:${port.controller},ITSELF://:${port.itself}`,
        'advertised.listeners': `CLIENTS://${host}:${published},ITSELF://localhost:${port.itself}`,
        'listener.security.protocol.map': 'CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT,ITSELF:PLAINTEXT',
      }),
      KAFKA_HEAP_OPTS: '-Xms96m -Xmx320m',
    })
    .withWaitStrategy(Wait.forLogMessage('Kafka Server started'))
    .withStartupTimeout(startLimitMs)
    .start()
  return {
    brokers: [`${host}:${published}`],
    async stop() {
      await container.stop()
    },
  }
}

/** As the image reads its environment: `node.id` is KAFKA_NODE_ID. */
function asEnvironment(properties: KafkaProperties): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      `KAFKA_${name.replaceAll('.', '_').toUpperCase()}`,
      String(value),
    ]),
  )
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const { port: free } = server.address() as AddressInfo
      server.close(() => resolve(free))
    })
  })
}

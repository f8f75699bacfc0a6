// A process for tests to kill: starts a broker, prints where it is and where its files are, waits.
import { startKafka } from '../kafka-broker.ts'

const cluster = await startKafka()
process.stdout.write(`${JSON.stringify(cluster)}\n`)
setInterval(() => undefined, 60_000)

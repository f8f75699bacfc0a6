import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface NodePorts {
  readonly plain: number
  readonly controller: number
  /** TLS with a password, where the cluster has it. */
  readonly secure?: number
}

/** Who may come in at the secure port, by PLAIN and by SCRAM-SHA-256 and -512. */
export const kafkaUser = { username: 'spanledger', password: 'a password of tests' } as const

const storePassword = 'only-for-tests'

const logging = `
appender.file.type = File
appender.file.name = file
appender.file.fileName = server.log
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d %p %m (%c)%n%throwable
rootLogger.level = warn
rootLogger.appenderRef.file.ref = file
`

/** How tests want a broker, wherever it runs: small, quick to start, and strict where production should be. */
export function brokerProperties(nodes: number): Record<string, string | number | boolean> {
  const copies = Math.min(3, nodes)
  return {
    'auto.create.topics.enable': false,
    'num.network.threads': 2,
    'num.io.threads': 2,
    'background.threads': 2,
    'num.recovery.threads.per.data.dir': 1,
    'log.cleaner.dedupe.buffer.size': 4 * 2 ** 20,
    'message.max.bytes': 16 * 2 ** 20,
    'default.replication.factor': copies,
    'min.insync.replicas': Math.max(1, copies - 1),
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1_000,
    // A node that was killed is let in again soon.
    'broker.session.timeout.ms': 2_000,
    'broker.heartbeat.interval.ms': 300,
  }
}

/** What a node of a cluster is configured by. */
export async function writeServerFiles(directory: string, node: number, cluster: readonly NodePorts[]): Promise<void> {
  const { plain, controller, secure } = cluster[node - 1]!
  const listeners = [`PLAINTEXT://127.0.0.1:${plain}`]
  if (secure !== undefined) listeners.push(`SASL_SSL://localhost:${secure}`)
  const properties: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': node,
    'controller.quorum.voters': cluster.map((ports, index) => `${index + 1}@127.0.0.1:${ports.controller}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    listeners: [...listeners, `CONTROLLER://127.0.0.1:${controller}`].join(','),
    'advertised.listeners': listeners.join(','),
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL',
    'log.dirs': join(directory, 'data'),
    ...brokerProperties(cluster.length),
  }
  if (secure !== undefined) Object.assign(properties, await secureProperties(directory))
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}`)
  await writeFile(join(directory, 'server.properties'), `${lines.join('\n')}\n`)
  await writeFile(join(directory, 'log4j2.properties'), logging)
}

async function secureProperties(directory: string): Promise<Record<string, string>> {
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${kafkaUser.username}="${kafkaUser.password}";`
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;'
  return {
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.sasl_ssl.plain.sasl.jaas.config': plain,
    'listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config': scram,
    'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config': scram,
    'ssl.keystore.type': 'PKCS12',
    'ssl.keystore.location': await makeKeyStore(directory),
    'ssl.keystore.password': storePassword,
  }
}

/** A key and a certificate that nobody signed; the certificate also as PEM, for clients to trust. */
async function makeKeyStore(directory: string): Promise<string> {
  const keyStore = join(directory, 'broker.p12')
  const store = ['-keystore', keyStore, '-storetype', 'PKCS12', '-storepass', storePassword, '-alias', 'broker']
  const names = ['-dname', 'CN=localhost', '-ext', 'san=dns:localhost,ip:127.0.0.1']
  const keytool = (...args: string[]) => promisify(execFile)('keytool', [...args, ...store])
  await keytool('-genkeypair', '-keyalg', 'EC', '-groupname', 'secp256r1', '-validity', '30', ...names)
  await keytool('-exportcert', '-rfc', '-file', certificateFile(directory))
  return keyStore
}

export function readCertificate(directory: string): Promise<string> {
  return readFile(certificateFile(directory), 'utf8')
}

function certificateFile(directory: string): string {
  return join(directory, 'broker.pem')
}

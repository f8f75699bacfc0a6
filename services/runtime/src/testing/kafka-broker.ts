import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Kafka, logLevel } from 'kafkajs'
import { freePorts } from './free-ports.ts'
import { kafkaClassPath, NoKafka } from './kafka/jars.ts'
import { kafkaUser, type NodePorts, readCertificate, writeServerFiles } from './kafka/server-files.ts'
import { startTied, type TiedProcess } from './kafka/tied-process.ts'

export { kafkaUser } from './kafka/server-files.ts'

export interface KafkaCluster {
  /** `host:port` of each node, without TLS or password. */
  readonly brokers: readonly string[]
  /** TLS with a password (`kafkaUser`), when asked for: where, and the certificate to trust. */
  readonly secure?: { readonly brokers: readonly string[]; readonly ca: string }
  /** Where its files are, until it stops. */
  readonly directory: string
  /** kill -9 of a node (0, 1, …): its data stays. */
  kill(node?: number): Promise<void>
  /** Starts a killed node again on its port and data; resolves when it serves. */
  restart(node?: number): Promise<void>
  /** Ends all nodes and removes their data. */
  stop(): Promise<void>
}

export interface NoKafkaCluster {
  /** The whole line, for tests that need such a cluster and no other. */
  readonly missing: string
  /** Its end: what Java or Maven would have to do. */
  readonly because: string
}

export interface KafkaOptions {
  /** How many nodes, each of them broker and controller; default 1. */
  readonly nodes?: number
  /** Also a port with TLS and SASL (PLAIN and SCRAM). */
  readonly secure?: boolean
}

const startLimitMs = 60_000
const jvm = ['-Xms96m', '-Xmx320m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Djava.awt.headless=true']

/**
 * A real Kafka of its own on free ports, empty, from the jars of Maven Central; two seconds, 250 MB a node. It dies with
 * this process. Tests that need no broker of their own use the one that all share (`shared-kafka.ts`).
 *
 * @returns the cluster, or why there can be none: what it does, a broker in a container or of others cannot
 */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaCluster | NoKafkaCluster> {
  const { nodes = 1, secure = false } = options
  let classPath: string
  try {
    classPath = await kafkaClassPath()
  } catch (error) {
    if (!(error instanceof NoKafka)) throw error
    const because = error.message
    return { missing: `no Kafka to kill, restart or reach by TLS: it takes Java and Maven, and ${because}`, because }
  }
  const directory = await mkdtemp(join(tmpdir(), 'spanledger-kafka-'))
  const cluster = await choosePorts(nodes, secure)
  const directories = cluster.map((_, index) => join(directory, `node-${index + 1}`))
  const running: TiedProcess[] = []
  const brokers = cluster.map(({ plain }) => `127.0.0.1:${plain}`)

  async function start(index: number): Promise<void> {
    const own = directories[index]!
    const logging = `-Dlog4j2.configurationFile=${join(own, 'log4j2.properties')}`
    const server = ['kafka.Kafka', join(own, 'server.properties')]
    running[index] = await startTied(['java', ...jvm, logging, '-cp', classPath, ...server], { cwd: own, directory })
  }

  async function stop(): Promise<void> {
    await Promise.all(running.map((node) => node.kill()))
    await rm(directory, { recursive: true, force: true })
  }

  async function ready(index: number): Promise<void> {
    const gone = () => !running[index]!.running()
    if (await serves(brokers[index]!, nodes, gone)) return
    const log = await readFile(join(directories[index]!, 'server.log'), 'utf8').catch(() => '')
    throw new Error(`the Kafka node does not serve: ${log.slice(-2_000)}`)
  }

  try {
    // Its first letter must not be a dash, which the tool would take for an option.
    const clusterId = `c${randomBytes(16).toString('base64url').slice(1)}`
    await Promise.all(directories.map((own, index) => prepare(own, index + 1, cluster, clusterId, classPath)))
    await Promise.all(directories.map((_, index) => start(index)))
    await Promise.all(directories.map((_, index) => ready(index)))
    return {
      brokers,
      directory,
      ...(secure && {
        secure: {
          brokers: cluster.map((ports) => `localhost:${ports.secure}`),
          ca: (await Promise.all(directories.map(readCertificate))).join('\n'),
        },
      }),
      async kill(node = 0) {
        await running[node]!.kill()
      },
      async restart(node = 0) {
        await start(node)
        await ready(node)
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function prepare(own: string, node: number, cluster: readonly NodePorts[], clusterId: string, classPath: string) {
  await mkdir(own, { recursive: true })
  await writeServerFiles(own, node, cluster)
  const isSecure = cluster[0]!.secure !== undefined
  const users = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name="${kafkaUser.username}",password="${kafkaUser.password}"]`,
  ])
  const format = ['format', '-t', clusterId, '-c', join(own, 'server.properties'), ...(isSecure ? users : [])]
  await promisify(execFile)('java', [...jvm, '-cp', classPath, 'kafka.tools.StorageTool', ...format])
}

/** Waits until a node answers for itself and sees as many nodes as there are. */
async function serves(broker: string, nodes: number, gone: () => boolean): Promise<boolean> {
  const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING, retry: { retries: 0 } })
  const deadline = performance.now() + startLimitMs
  while (performance.now() < deadline && !gone()) {
    const admin = kafka.admin()
    try {
      await admin.connect()
      const seen = await admin.describeCluster()
      if (seen.brokers.length >= nodes) return true
    } catch {
      // not yet
    } finally {
      await admin.disconnect()
    }
    await new Promise((done) => setTimeout(done, 50))
  }
  return false
}

async function choosePorts(nodes: number, secure: boolean): Promise<NodePorts[]> {
  const ports = await freePorts(nodes * 3)
  return Array.from({ length: nodes }, (_, index) => ({
    plain: ports[index * 3]!,
    controller: ports[index * 3 + 1]!,
    ...(secure && { secure: ports[index * 3 + 2]! }),
  }))
}

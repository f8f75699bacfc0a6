import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { isProcessAlive } from '../../process-alive.ts'

const kafkaVersion = '4.3.0'
const log4jVersion = '2.24.3'
const cache = resolve(import.meta.dirname, '../../../../../node_modules/.cache/kafka')
const fetchLimitMs = 240_000

/** Says why this machine cannot have a broker from its jars. */
export class NoKafka extends Error {}

/**
 * The class path of a Kafka broker. Fetched by Maven the first time (45 jars, 44 MB, about 10 seconds), by one process
 * while others wait, and kept under node_modules/.cache.
 *
 * @throws NoKafka where Java or Maven is missing, or the jars cannot be fetched
 */
export async function kafkaClassPath(): Promise<string> {
  await needs('java', ['-version'])
  const libs = join(cache, `kafka-${kafkaVersion}`)
  if (!existsSync(libs)) await alone(async () => void (existsSync(libs) || (await fetchJars(libs))))
  return join(libs, '*')
}

async function needs(command: string, args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(command, [...args])
  } catch {
    throw new NoKafka(`\`${command} ${args.join(' ')}\` does not run here`)
  }
}

async function fetchJars(libs: string): Promise<void> {
  await needs('mvn', ['-version'])
  const work = join(cache, `fetching-${process.pid}`)
  await mkdir(work, { recursive: true })
  try {
    await writeFile(join(work, 'pom.xml'), pom)
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=libs']
    await promisify(execFile)('mvn', ['--quiet', '--batch-mode', ...goal], { cwd: work, timeout: fetchLimitMs })
    await rename(join(work, 'libs'), libs)
  } catch (error) {
    throw new NoKafka(`Maven cannot fetch its jars (${firstLine((error as Error).message)})`)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** One process at a time; what a process that died left behind does not count. */
async function alone(action: () => Promise<void>): Promise<void> {
  await mkdir(cache, { recursive: true })
  const lock = join(cache, 'fetching.lock')
  while (!(await take(lock))) {
    const owner = Number(await readFile(lock, 'utf8').catch(() => '0'))
    if (owner > 0 && !isProcessAlive(owner)) await rm(lock, { force: true })
    await new Promise((done) => setTimeout(done, 100))
  }
  try {
    await action()
  } finally {
    await rm(lock, { force: true })
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function firstLine(text: string): string {
  return text.split('\n').find((line) => line.includes('ERROR')) ?? text.split('\n')[0] ?? ''
}

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>spanledger</groupId>
  <artifactId>kafka-for-tests</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${kafkaVersion}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-slf4j-impl</artifactId>
      <version>${log4jVersion}</version>
    </dependency>
  </dependencies>
</project>
`

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { freePorts } from './free-ports.ts'
import { startTied } from './kafka/tied-process.ts'

const version = '3.0.9'
const artifact = `io.apicurio:apicurio-registry-app:${version}:tar.gz:all`
const cache = resolve(import.meta.dirname, '../../../../node_modules/.cache/apicurio')
const fetchLimitMs = 240_000
const startLimitMs = 60_000

export interface TestRegistry {
  /** With the base path of Confluent's API. */
  readonly url: string
  /** kill -9, and its files are gone. */
  stop(): Promise<void>
}

/**
 * A real schema registry (Apicurio, Confluent's API) of its own on a free port, empty, from Maven Central: 117 MB the
 * first time, kept under node_modules/.cache; about 6 seconds to start. It dies with this process.
 *
 * @returns the registry, or in one line why there can be none
 */
export async function startApicurio(): Promise<TestRegistry | { readonly missing: string }> {
  const missing = await fetchOnce()
  if (missing !== undefined) return { missing }
  const home = join(cache, version)
  const jar = (await readdir(home)).find((name) => name.endsWith('-runner.jar')) ?? ''
  const directory = await mkdtemp(join(tmpdir(), 'spanledger-apicurio-'))
  const [port] = await freePorts(1)
  const environment = [
    `QUARKUS_HTTP_PORT=${port}`,
    'QUARKUS_HTTP_HOST=127.0.0.1',
    'APICURIO_STORAGE_KIND=sql',
    'APICURIO_STORAGE_SQL_KIND=h2',
  ]
  const jvm = ['-Xmx320m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
  const registry = await startTied(['env', ...environment, 'java', ...jvm, '-jar', join(home, jar)], {
    cwd: directory,
    directory,
  })
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`
  async function stop(): Promise<void> {
    await registry.kill()
    await rm(directory, { recursive: true, force: true })
  }
  const deadline = performance.now() + startLimitMs
  while (!(await answers(url))) {
    if (performance.now() > deadline || !registry.running()) {
      await stop()
      throw new Error('Apicurio does not answer')
    }
    await new Promise((done) => setTimeout(done, 100))
  }
  return { url, stop }
}

async function fetchOnce(): Promise<string | undefined> {
  const run = promisify(execFile)
  if (existsSync(join(cache, version))) return undefined
  await mkdir(cache, { recursive: true })
  const work = await mkdtemp(join(cache, 'fetching-'))
  try {
    await run('java', ['-version'])
    const goal = ['dependency:unpack', `-Dartifact=${artifact}`, `-DoutputDirectory=${work}`]
    await run('mvn', ['--quiet', '--batch-mode', ...goal], { cwd: work, timeout: fetchLimitMs })
    await rename(work, join(cache, version))
    return undefined
  } catch (error) {
    if (existsSync(join(cache, version))) return undefined
    const [why = ''] = (error as Error).message.split('\n')
    return `no schema registry: Java and Maven are needed to fetch Apicurio (${why})`
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/subjects`)).ok
  } catch {
    return false
  }
}

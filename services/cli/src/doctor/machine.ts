import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { findEngineLibrary } from '@spanledger/runtime/clickhouse/embedded/engine-library'
import type { Environment } from '@spanledger/runtime/config/environment'
import { SpanledgerError } from '@spanledger/runtime/errors'
import { type Check, failed, ok, warning } from './check.ts'

const gibibyte = 2 ** 30
const tightBytes = 5 * gibibyte
const fullBytes = gibibyte / 2

/** What the machine itself must offer: Node, the engine, a directory with room. */
export function checkMachine(config: Environment): Check[] {
  return [checkNode(process.versions.node), checkEngine(config), ...checkDisk(resolve(config.SPANLEDGER_DATA_DIR))]
}

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    return failed('node', `this is Node ${version}`, 'install Node 22 or 24 (20.19 is the oldest that works)')
  }
  if (major === 20) return warning('node', `Node ${version} gets no more fixes`, 'move to Node 22 or 24')
  return ok('node', `Node ${version}`)
}

function checkEngine(config: Environment): Check {
  if (config.CLICKHOUSE_URL !== undefined) return ok('engine', 'not needed: CLICKHOUSE_URL is set')
  try {
    findEngineLibrary()
    return ok('engine', 'the embedded ClickHouse is installed')
  } catch (error) {
    if (!(error instanceof SpanledgerError)) throw error
    return failed('engine', error.message, error.hint)
  }
}

/** The directory may not exist yet: then its nearest parent must let it be made. */
export function checkDisk(dataDir: string): Check[] {
  let existing = dataDir
  while (!existsSync(existing)) existing = dirname(existing)
  try {
    accessSync(existing, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch {
    const fix = 'give this user read and write access there, or set SPANLEDGER_DATA_DIR to another directory'
    return [failed('data directory', `${existing} cannot be read and written`, fix)]
  }
  const { bavail, bsize } = statfsSync(existing)
  return [ok('data directory', dataDir), checkRoom(dataDir, bavail * bsize)]
}

export function checkRoom(dataDir: string, freeBytes: number): Check {
  const free = `${(freeBytes / gibibyte).toFixed(1)} GiB free for ${dataDir}`
  const fix = 'free some space, or set SPANLEDGER_DATA_DIR to a larger disk'
  if (freeBytes < fullBytes) return failed('disk', `only ${free}`, fix)
  return freeBytes < tightBytes ? warning('disk', `only ${free}`, fix) : ok('disk', free)
}

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isProcessAlive } from '@spanledger/runtime/process-alive'

/** What a running `spanledger up` leaves in its data directory, so that other commands find it. No secrets. */
export interface RunFile {
  readonly pid: number
  readonly doorUrl: string
  readonly consoleUrl: string
  readonly clickhouse: { readonly url: string; readonly user: string }
}

const fileName = 'run.json'

export function writeRunFile(dataDir: string, run: RunFile): void {
  const path = join(dataDir, fileName)
  writeFileSync(`${path}.new`, JSON.stringify(run, null, 2))
  renameSync(`${path}.new`, path)
}

export function removeRunFile(dataDir: string): void {
  rmSync(join(dataDir, fileName), { force: true })
}

/** Undefined when nothing runs there: no file, or its process is gone. */
export function readRunFile(dataDir: string): RunFile | undefined {
  let run: RunFile
  try {
    run = JSON.parse(readFileSync(join(dataDir, fileName), 'utf8')) as RunFile
  } catch {
    return undefined
  }
  return isProcessAlive(run.pid) ? run : undefined
}

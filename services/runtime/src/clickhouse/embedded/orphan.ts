import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { type ServerFiles, writePrivate } from './server-files.ts'
import { directoryInUse } from './server-process.ts'
import { isProcessAlive } from '../../process-alive.ts'

interface PidFile {
  readonly pid: number
  readonly parentPid: number
}

export async function writePidFile(files: ServerFiles, pid: number): Promise<void> {
  await writePrivate(files.pid, `${JSON.stringify({ pid, parentPid: process.pid } satisfies PidFile)}\n`)
}

/**
 * A server that a former process left behind on this directory is ended: nothing acknowledged is lost by that.
 * One whose parent still lives belongs to another spanledger: that is an error.
 */
export async function endOrphan(files: ServerFiles): Promise<void> {
  const known = await readPidFile(files)
  if (known === undefined) return
  const commandLine = await commandLineOf(known.pid)
  // Process ids are reused: it is ours only when it was started on this very directory.
  if (!commandLine.includes(files.data)) return
  const itsParent = await parentOf(known.pid)
  if (itsParent === known.parentPid && isProcessAlive(itsParent)) {
    throw directoryInUse(files, itsParent)
  }
  try {
    process.kill(known.pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
  const deadline = performance.now() + 10_000
  while ((await commandLineOf(known.pid)).includes(files.data)) {
    if (performance.now() > deadline) throw directoryInUse(files, known.pid)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function readPidFile(files: ServerFiles): Promise<PidFile | undefined> {
  try {
    const { pid, parentPid } = JSON.parse(await readFile(files.pid, 'utf8')) as PidFile
    return Number.isInteger(pid) && pid > 1 && Number.isInteger(parentPid) ? { pid, parentPid } : undefined
  } catch {
    return undefined
  }
}

/** Empty when there is no such process (or only its zombie). */
async function commandLineOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ')
  }
  return ps(pid, 'command=')
}

async function parentOf(pid: number): Promise<number> {
  if (process.platform === 'linux') {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    return Number(/^PPid:\s*(\d+)/m.exec(status)?.[1] ?? 0)
  }
  return Number(await ps(pid, 'ppid='))
}

async function ps(pid: number, column: string): Promise<string> {
  const { stdout } = await promisify(execFile)('ps', ['-o', column, '-p', String(pid)]).catch(() => ({ stdout: '' }))
  return stdout.trim()
}

import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const cache = join(import.meta.dirname, '../../../node_modules/.cache/promtool')

export interface Promtool {
  /** undefined: there is none. */
  readonly path?: string
  /** Where it comes from, or why there is none. */
  readonly why: string
}

/** `promtool` from PATH, else out of Debian's package `prometheus`, fetched once into the cache; else why there is none. */
export async function findPromtool(): Promise<Promtool> {
  const kept = join(cache, 'promtool')
  for (const path of ['promtool', kept]) {
    if (path === kept && !existsSync(kept)) continue
    const version = await run(path, ['--version']).catch(() => undefined)
    if (version !== undefined) return { path, why: path === kept ? 'fetched' : 'of this machine' }
  }
  try {
    await fetchInto(kept)
    await run(kept, ['--version'])
    return { path: kept, why: 'fetched' }
  } catch {
    return { why: 'not here: install the package prometheus' }
  }
}

async function fetchInto(path: string): Promise<void> {
  mkdirSync(cache, { recursive: true })
  const dir = mkdtempSync(join(cache, 'fetch-'))
  try {
    await run('apt-get', ['download', 'prometheus'], { cwd: dir, timeout: 60_000 })
    const archive = readdirSync(dir).find((name) => name.endsWith('.deb'))
    if (archive === undefined) throw new Error('apt-get downloaded nothing')
    await run('dpkg-deb', ['-x', archive, 'files'], { cwd: dir })
    // two test processes may fetch it at once: either one's file will do
    renameSync(join(dir, 'files/usr/bin/promtool'), path)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

export interface Checked {
  readonly ok: boolean
  readonly output: string
}

/** Runs it, with `input` on its standard input. */
export async function runPromtool(path: string, args: readonly string[], input = ''): Promise<Checked> {
  const running = run(path, [...args])
  running.child.stdin?.end(input)
  try {
    const { stdout, stderr } = await running
    return { ok: true, output: stdout + stderr }
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string }
    return { ok: false, output: stdout + stderr || message }
  }
}

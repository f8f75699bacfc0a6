import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url))
const run = promisify(execFile)

export interface PythonPackages {
  /** Of its folder in the cache. */
  readonly name: string
  /** `package==version`, as pip reads them. */
  readonly packages: readonly string[]
  /** The list names everything that is needed: nothing is resolved, so every installation is the same. */
  readonly complete?: boolean
}

/** A Python with these packages, installed once; or why there is none, in one line. */
export async function pythonEnvironment(
  wanted: PythonPackages,
): Promise<{ readonly python: string } | { readonly missing: string }> {
  const { name, packages, complete = false } = wanted
  const environment = join(cache, name)
  const python = join(environment, 'bin/python')
  const stamp = join(environment, `with-${createHash('sha256').update(packages.join()).digest('hex').slice(0, 16)}`)
  if (existsSync(stamp)) return { python }
  rmSync(environment, { recursive: true, force: true })
  const options = ['--quiet', '--disable-pip-version-check', ...(complete ? ['--no-deps'] : [])]
  try {
    await run('python3', ['-m', 'venv', environment])
    await run(python, ['-m', 'pip', 'install', ...options, ...packages], { timeout: 180_000 })
  } catch (error) {
    const [reason = ''] = String((error as { stderr?: string }).stderr || error).split('\n')
    return { missing: reason }
  }
  writeFileSync(stamp, '')
  return { python }
}

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { pythonEnvironment } from '../harness/python-environment.ts'
import type { Program } from './run-scenario.ts'
import type { Scenario } from './scenario.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const nodeFolder = fileURLToPath(new URL('../../node_modules/.cache/instrumentations-node', import.meta.url))
const requirements = {
  python: 'requirements.txt',
  'python-below-3': 'requirements-below-3.txt',
  'python-2025': 'requirements-2025.txt',
} as const
const run = promisify(execFile)

export type Environment = (script: string) => Program

/** Installs what the scenarios of one environment need, once; or says in one line why it cannot be had. */
export async function prepare(
  environment: Scenario['environment'],
): Promise<Environment | { readonly missing: string }> {
  return environment === 'node' ? prepareNode() : preparePython(environment)
}

async function preparePython(environment: keyof typeof requirements): Promise<Environment | { missing: string }> {
  const packages = readFileSync(join(here, 'python', requirements[environment]), 'utf8')
    .split('\n')
    .filter(Boolean)
  const name = `instrumentations-${environment}`
  const made = await pythonEnvironment({ name, packages, complete: true })
  if ('missing' in made) return made
  return (script) => ({ command: made.python, args: [join(here, 'python', script)] })
}

/** Packages are found from where a script lies, so the scripts are copied to them. */
async function prepareNode(): Promise<Environment | { missing: string }> {
  const from = join(here, 'node')
  const lock = readFileSync(join(from, 'package-lock.json'))
  const stamp = join(nodeFolder, `with-${createHash('sha256').update(lock).digest('hex').slice(0, 16)}`)
  if (!existsSync(stamp)) {
    rmSync(nodeFolder, { recursive: true, force: true })
    mkdirSync(nodeFolder, { recursive: true })
    for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(from, file), join(nodeFolder, file))
    try {
      const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps', '--loglevel=error']
      await run('npm', ['ci', ...options], { cwd: nodeFolder, timeout: 180_000 })
    } catch (error) {
      const [reason = ''] = String((error as { stderr?: string }).stderr || error).split('\n')
      return { missing: reason }
    }
    writeFileSync(stamp, '')
  }
  for (const file of readdirSync(from).filter((name) => /\.[cm]js$/.test(name))) {
    copyFileSync(join(from, file), join(nodeFolder, file))
  }
  return (script) => ({ command: process.execPath, args: [join(nodeFolder, script)] })
}

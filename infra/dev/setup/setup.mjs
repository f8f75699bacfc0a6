import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from './build.mjs'
import { fingerprint, list } from './fingerprint.mjs'
import { install, pnpmVersion } from './install.mjs'

const root = resolve(import.meta.dirname, '../../..')
const stampFile = join(root, 'node_modules/.spanledger-setup.json')

/**
 * Three steps, each skipped while the fingerprint of its inputs is the one of its last success and its output is there.
 * A step's fingerprint includes the one of the step it stands on.
 */
export async function setup() {
  const stamp = readStamp()
  const installed = fingerprint(root, installInputs(), [process.version, process.platform, process.arch, pnpmVersion])
  await step('install', installed, 'node_modules/.bin/spanledger', () => install(root))
  const compiled = fingerprint(root, sourceFiles(), [installed])
  await step('compile', compiled, 'services/cli/dist/main.js', () =>
    build(root, 'Compiling', 'node_modules/.bin/tsc', ['-b'], '.'),
  )
  if (existsSync(join(root, 'services/console/web'))) {
    const built = fingerprint(root, webFiles(), [installed])
    await step('console', built, 'services/console/dist/web/index.html', () =>
      build(root, 'Building the console', 'npm', ['run', '--silent', 'build:web'], 'services/console'),
    )
  }

  async function step(name, inputs, output, run) {
    if (stamp[name] === inputs && existsSync(join(root, output))) return
    await run()
    stamp[name] = inputs
    mkdirSync(join(root, 'node_modules'), { recursive: true })
    writeFileSync(stampFile, JSON.stringify(stamp))
  }
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'))
  } catch {
    // absent or cut short by a kill: every step runs again
    return {}
  }
}

function installInputs() {
  const workspace = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc', 'schemas/package.json']
  return [...workspace, ...list(root, 'services', (path) => path.endsWith('/package.json'))]
}

function sourceFiles() {
  const wanted = (path) => /\.(ts|json)$/.test(path) && !path.endsWith('.test.ts') && !path.includes('/web/')
  return ['tsconfig.json', 'tsconfig.base.json', ...list(root, 'schemas', wanted), ...list(root, 'services', wanted)]
}

function webFiles() {
  const shared = list(root, 'schemas', (path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  // the console shows them as pages
  const runbooks = existsSync(join(root, 'docs/runbooks')) ? list(root, 'docs/runbooks', () => true) : []
  return [...shared, ...runbooks, ...list(root, 'services/console/web', () => true), 'services/console/package.json']
}

import { spawn } from 'node:child_process'
import { existsSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { failure } from './failure.mjs'

export const pnpmVersion = '12.21.0'
const neededBytes = 1_500_000_000

/** What went wrong, by the code in pnpm's or npm's output, and what to do about it. First match wins. */
const hints = [
  [/ENOSPC/, 'The disk is full: free about 1.5 GB and run the same command again.'],
  [
    /EACCES|EPERM|EROFS/,
    'A folder above is not writable for you: check the owner of this clone and of the pnpm store.',
  ],
  [
    /OUTDATED_LOCKFILE/,
    `A package.json and pnpm-lock.yaml disagree. Update the lockfile with: npm exec --yes --package=pnpm@${pnpmVersion} -- pnpm install --no-frozen-lockfile`,
  ],
  [
    /E401|E403|_FETCH_40[137]/,
    'The package registry refused: check the credentials in your npm configuration (npm config list).',
  ],
  [
    /E404|_FETCH_404/,
    'The package registry lacks a package: check that your npm configuration names a complete one (npm config get registry).',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|ENETUNREACH|ERR_SOCKET|FETCH|network|error sending request/i,
    'The package registry cannot be reached: check the network and proxy (npm config get registry), then run the same command again; what was downloaded is kept.',
  ],
]

/** Installs the pinned dependencies with a pinned pnpm, fetched through npm: nothing global is needed or changed. */
export async function install(root) {
  checkDisk(root)
  const engine = existsSync(join(root, 'node_modules/.pnpm'))
    ? ''
    : ' The ClickHouse engine among them is a 178 MB download (566 MB on disk), once per machine.'
  console.error(`Installing dependencies.${engine}`)
  const pnpm = ['pnpm', 'install', '--frozen-lockfile', '--prefer-offline']
  const { code, output } = await follow(
    'npm',
    ['exec', '--yes', '--prefer-offline', `--package=pnpm@${pnpmVersion}`, '--', ...pnpm],
    root,
  )
  if (code === 0) return
  process.stderr.write(`${output.slice(-40).join('\n')}\n`)
  const hint = hints.find(([pattern]) => pattern.test(output.join('\n')))
  throw failure(
    `installing the dependencies failed: \`${pnpm.join(' ')}\` ended with ${code}.`,
    hint?.[1] ??
      'The lines above are its last words. Nothing is half done that running the same command again would not finish.',
  )
}

function checkDisk(root) {
  if (existsSync(join(root, 'node_modules/.pnpm'))) return
  const { bavail, bsize } = statfsSync(root)
  if (bavail * bsize >= neededBytes) return
  throw failure(
    `${((bavail * bsize) / 1e9).toFixed(1)} GB are free in ${root}; the dependencies need 1.5 GB.`,
    'Free some space, or clone to another disk, and run the same command again.',
  )
}

/** Runs it, shows the lines that tell how far it is, and keeps all of them for the case that it fails. */
async function follow(command, args, cwd) {
  const output = []
  let heardMs = Date.now()
  const silence = setInterval(() => {
    const seconds = Math.round((Date.now() - heardMs) / 1000)
    if (seconds >= 10) console.error(`  … waiting for the package registry, ${seconds} s`)
  }, 10_000)
  const child = spawn(command, args, { cwd, env: { ...process.env, CI: '1' }, stdio: ['ignore', 'pipe', 'pipe'] })
  const onLine = (line) => {
    output.push(line)
    heardMs = Date.now()
    if (/^(Downloading|Progress:|Done in)/.test(line)) console.error(`  ${line}`)
  }
  createInterface({ input: child.stdout }).on('line', onLine)
  createInterface({ input: child.stderr }).on('line', onLine)
  const code = await new Promise((resolve, reject) => {
    child.on('error', (error) =>
      reject(
        failure(
          `${command} could not be started: ${error.message}.`,
          'npm comes with Node: check that it is on your PATH.',
        ),
      ),
    )
    child.on('close', (status, signal) => resolve(status ?? signal))
  }).finally(() => clearInterval(silence))
  return { code, output }
}

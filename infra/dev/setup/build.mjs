import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { failure } from './failure.mjs'

export function build(root, title, command, args, folder) {
  process.stderr.write(`${title} … `)
  const startedMs = Date.now()
  const executable = command.includes('/') ? join(root, command) : command
  const result = spawnSync(executable, args, { cwd: join(root, folder), encoding: 'utf8' })
  if (result.status !== 0) {
    process.stderr.write(`\n${result.error?.message ?? ''}${result.stdout ?? ''}${result.stderr ?? ''}`)
    throw failure(
      `${title.toLowerCase()} failed: \`${[command, ...args].join(' ')}\` in ${folder} ended with ${result.status ?? result.signal ?? 'an error'}.`,
      'The lines above say where. A fresh clone always compiles: mend the change, or compare with `git status`.',
    )
  }
  process.stderr.write(`${((Date.now() - startedMs) / 1000).toFixed(1)} s\n`)
}

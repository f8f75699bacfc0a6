import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const scripts = fileURLToPath(new URL('scripts', import.meta.url))
const python = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))'])

it('the generator keeps its rules on small inputs (python unittest)', ({ skip }) => {
  if (python.status !== 0) skip('needs python3 of at least 3.11')
  const run = spawnSync('python3', ['-B', '-m', 'unittest', 'discover', '--start-directory', scripts], {
    encoding: 'utf8',
  })
  expect(run.stderr).toMatch(/Ran \d{2} tests[^]*OK/)
  expect(run.status).toBe(0)
})

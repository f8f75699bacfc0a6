import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('main.ts', import.meta.url))
/** Of memory: what a case may make the readers allocate is bounded, and all of them together leave nothing behind. */
const heapMiB = 400

test('a minute of hostile telemetry: no crash, no hang, no unbounded memory, nothing taken silently', async () => {
  const node = [`--max-old-space-size=${heapMiB}`, '--conditions=source', '--import', 'tsx', script, '--seconds', '60']
  const { stdout } = await promisify(execFile)(process.execPath, node)
  const { cases } = JSON.parse(stdout) as { cases: number }
  expect(cases).toBeGreaterThan(10_000)
}, 180_000)

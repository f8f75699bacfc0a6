import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { untilDrained } from '../harness/event-log.ts'
import { createSpanledger, type Spanledger } from '../harness/spanledger.ts'
import { expectedOf, ledgerTotals, traffic } from '../harness/traffic.ts'
import { until } from '../harness/until.ts'

let spanledger: Spanledger | undefined
afterEach(() => spanledger?.dispose())

interface Position {
  readonly endAtMs: number
  readonly acknowledged: number
}

test('the demo: killed half way it resumes, its dollars are exact, and a third start sends nothing', async () => {
  const demo = (spanledger = await createSpanledger({ args: ['--demo', '--demo-seconds', '8'] }))
  const dataDir = join(demo.dataDir, 'demo')
  const position = () => JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8')) as Position

  await demo.start()
  await until('the demo to begin', () => demo.output().includes('replaying 12031 requests'))
  await until(
    'the demo to be on its way',
    () => existsSync(join(dataDir, 'demo.json')) && position().acknowledged > 3000,
  )
  await demo.kill()
  const reached = position().acknowledged
  expect(reached).toBeLessThan(12_031)

  await demo.start()
  await until('the demo to end', () => demo.output().includes('Look at it:'), { withinMs: 60_000 })
  expect(demo.output()).toMatch(/resuming mooncake-conversation: \d+ requests are in already/)
  await untilDrained(dataDir)
  const expected = expectedOf(await traffic('mooncake-conversation', { endAtMs: position().endAtMs }))
  expect(await ledgerTotals(demo.sql, `tenant = 'demo'`)).toEqual(expected)
  expect(demo.output()).toContain(`exactly $${expected.cost}`)

  const command = /curl -s [^]*PrettyCompact"/.exec(demo.output())?.[0] as string
  expect(execFileSync('sh', ['-c', command], { cwd: dirname(demo.dataDir), encoding: 'utf8' })).toContain(
    'claude-sonnet-4-5',
  )

  const entries = await demo.sql('SELECT count() AS n FROM ledger')
  expect(await demo.stop()).toBe(0)
  await demo.start()
  await until('the demo to end', () => demo.output().includes('Look at it:'), { withinMs: 60_000 })
  expect(demo.output()).not.toMatch(/replaying|resuming/)
  await untilDrained(dataDir)
  expect(await demo.sql('SELECT count() AS n FROM ledger')).toEqual(entries)
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { forgetPositions, untilDrained } from '../harness/event-log.ts'
import { processTree, useOf } from '../harness/processes.ts'
import { createSpanledger } from '../harness/spanledger.ts'
import { writeBodies } from './bodies-file.ts'
import { runScript } from './script.ts'

/**
 * How fast known events are told from new ones: `npm run bench -- redelivery
 * [events] [profile directory]` lands events, forgets how far the ledger had read, and times the whole log again.
 */
const [events = '300000', profile] = process.argv.slice(2)
const dir = mkdtempSync(join(tmpdir(), 'spanledger-bench-'))
const nodeArgs = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(profile)}`]
const target = await createSpanledger({ nodeArgs, args: ['--no-auditor'] })
try {
  const path = join(dir, 'bodies')
  await writeBodies({ path, items: Number(events), perBody: 1_000, as: 'events', endAtMs: Date.now() })
  await target.start()
  await runScript('generator.ts', [path, `${target.doorUrl}/v1/usage`, 'application/x-ndjson', '8'])
  await untilDrained(target.dataDir, 300_000)
  await target.stop()
  await forgetPositions(target.dataDir)
  const started = performance.now()
  await target.start()
  await untilDrained(target.dataDir, 300_000)
  const seconds = (performance.now() - started) / 1000
  const [node, clickhouse] = processTree(target.pid()).map((pid) => useOf(pid))
  const [row] = await target.sql<{ entries: string; requests: string }>(
    'SELECT count() AS entries, sum(requests) AS requests FROM ledger',
  )
  console.log(
    JSON.stringify({
      events: Number(events),
      seconds,
      perSecond: Math.round(Number(events) / seconds),
      cpuSeconds: { node: node?.cpuSeconds, clickhouse: clickhouse?.cpuSeconds },
      peakMiB: { node: (node?.peakRssBytes ?? 0) >> 20, clickhouse: (clickhouse?.peakRssBytes ?? 0) >> 20 },
      ...row,
    }),
  )
  await target.stop()
} finally {
  await target.dispose()
  rmSync(dir, { recursive: true, force: true })
}

import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { processTree, useOf } from '../harness/processes.ts'
import { createSpanledger, type Spanledger } from '../harness/spanledger.ts'
import { until } from '../harness/until.ts'
import { writeBodies } from './bodies-file.ts'
import { type Latency, measureLatency } from './latency.ts'
import { percentile } from './percentile.ts'
import { runScript } from './script.ts'

/**
 * From the door to a queryable charge, on the real thing: `spanledger up` as its own process group, and a load
 * generator as another. CPU-seconds say more than wall time where cores are shared. See docs/performance.md.
 */
const parts: Readonly<Record<string, string>> = {
  prices: 'price.ts',
  codec: 'codec.ts',
  redelivery: 'redelivery.ts',
  readers: 'readers.ts',
  'kafka-log': 'kafka-log.ts',
}
const part = parts[process.argv[2] ?? '']
if (part !== undefined) {
  process.argv.splice(2, 1)
  await import(new URL(part, import.meta.url).href)
  process.exit()
}
const help = `pnpm bench ${Object.keys(parts).join(' | ')}: one part of it alone
pnpm bench [--events N] [--batch N] [--connections N] [--spans] [--no-peer] [--no-latency] [--profile DIR] [--json]`
const { values: flags } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    batch: { type: 'string', default: '1000' },
    connections: { type: 'string', default: '8' },
    spans: { type: 'boolean', default: false },
    'no-peer': { type: 'boolean', default: false },
    'no-latency': { type: 'boolean', default: false },
    profile: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

interface Use {
  readonly node: number
  readonly clickhouse: number
}

interface Run {
  readonly seconds: number
  readonly cpuSeconds: Readonly<Record<string, number>>
  readonly eventsPerSecond: number
  readonly eventsPerCpuSecond: number
}

interface GeneratorReport {
  readonly startedAt: number
  readonly endedAt: number
  readonly retries: number
  readonly cpuSeconds: number
  readonly acknowledgedMs: readonly number[]
}

function say(line: string): void {
  if (!flags.json) console.error(line)
}

function useNow(target: Spanledger): Use {
  const [node, ...children] = processTree(target.pid()).map((pid) => useOf(pid)?.cpuSeconds ?? 0)
  return { node: node ?? 0, clickhouse: children.reduce((sum, seconds) => sum + seconds, 0) }
}

function runOf(events: number, seconds: number, cpuSeconds: Record<string, number>): Run {
  const { generator: _, ...servers } = cpuSeconds
  const total = Object.values(servers).reduce((sum, each) => sum + each, 0)
  return { seconds, cpuSeconds, eventsPerSecond: events / seconds, eventsPerCpuSecond: events / total }
}

/** The engine merges parts for a while after the last insert: that is part of the price. */
async function untilMerged(target: Spanledger): Promise<void> {
  let idle = 0
  await until(
    'merges to settle',
    async () => {
      const [row] = await target.sql<{ n: string }>('SELECT count() AS n FROM system.merges')
      idle = row?.n === '0' ? idle + 1 : 0
      return idle >= 10
    },
    { withinMs: 120_000, everyMs: 100 },
  )
}

async function measureLedger(target: Spanledger, path: string, events: number) {
  const before = useNow(target)
  const type = flags.spans ? 'application/x-protobuf' : 'application/x-ndjson'
  const url = target.doorUrl + (flags.spans ? '/v1/traces' : '/v1/usage')
  const generating = runScript<GeneratorReport>('generator.ts', [path, url, type, flags.connections])
  let failure: unknown
  generating.catch((error: unknown) => (failure = error))
  await until(
    'every event to be queryable',
    async () => {
      if (failure !== undefined) throw failure
      const [row] = await target.sql<{ n: string }>('SELECT sum(requests) AS n FROM ledger')
      return Number(row?.n) === events
    },
    { withinMs: 600_000, everyMs: 100 },
  )
  const visibleAt = Date.now()
  const after = useNow(target)
  const generator = await generating
  await untilMerged(target)
  const merged = useNow(target)
  const run = runOf(events, (visibleAt - generator.startedAt) / 1000, {
    node: after.node - before.node,
    clickhouse: after.clickhouse - before.clickhouse,
    generator: generator.cpuSeconds,
  })
  return {
    ...run,
    mergesCpuSeconds: merged.clickhouse - after.clickhouse,
    doorEventsPerSecond: (events * 1000) / (generator.endedAt - generator.startedAt),
    doorRetries: generator.retries,
    doorBatchMs: { p50: percentile(generator.acknowledgedMs, 0.5), p99: percentile(generator.acknowledgedMs, 0.99) },
  }
}

async function measurePeer(target: Spanledger, path: string, events: number): Promise<Run> {
  await target.sql('CREATE TABLE bench_peer AS ledger')
  const before = useNow(target)
  const args = [path, target.clickhouseUrl, target.clickhousePassword, 'bench_peer']
  const peer = await runScript<{ startedAt: number; endedAt: number; cpuSeconds: number }>('peer.ts', args)
  const [row] = await target.sql<{ n: string }>('SELECT count() AS n FROM bench_peer')
  if (Number(row?.n) !== events) throw new Error(`the peer inserted ${row?.n} of ${events}`)
  const cpu = { node: peer.cpuSeconds, clickhouse: useNow(target).clickhouse - before.clickhouse }
  return runOf(events, (peer.endedAt - peer.startedAt) / 1000, cpu)
}

function describe(name: string, { seconds, cpuSeconds, eventsPerSecond, eventsPerCpuSecond }: Run): string {
  const cpu = Object.entries(cpuSeconds).map(([part, used]) => `${part} ${used.toFixed(1)}`)
  return (
    `${name.padEnd(12)} ${thousands(eventsPerSecond)} k events/s  ${thousands(eventsPerCpuSecond)} k per CPU-second` +
    `  (${seconds.toFixed(1)} s; CPU-seconds: ${cpu.join(', ')})`
  )
}

const thousands = (value: number): string => (value / 1000).toFixed(1).padStart(6)
const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`

async function main(): Promise<void> {
  const events = Number(flags.events)
  const dir = mkdtempSync(join(tmpdir(), 'spanledger-bench-'))
  const nodeArgs = flags.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(flags.profile)}`]
  const target = await createSpanledger({ nodeArgs })
  try {
    const path = join(dir, 'bodies')
    say(`making ${events} ${flags.spans ? 'spans' : 'usage events'} in bodies of ${flags.batch}`)
    const as = flags.spans ? 'spans' : 'events'
    const made = await writeBodies({ path, items: events, perBody: Number(flags.batch), as, endAtMs: Date.now() })
    await target.start()
    say('sending')
    const ledger = await measureLedger(target, path, events)
    const memory = processTree(target.pid()).map((pid) => useOf(pid)?.peakRssBytes ?? 0)
    const peer = flags.spans || flags['no-peer'] ? undefined : await measurePeer(target, path, events)
    let latency: Latency | undefined
    if (!flags['no-latency']) latency = await measureLatency(target, Math.min(5_000, ledger.eventsPerSecond / 4), 10)
    const result = {
      machine: { cpus: cpus().length, model: cpus()[0]?.model, node: process.version },
      kind: as,
      events,
      bytesPerEvent: Math.round(made.bytes / events),
      ledger,
      peer,
      ratio: peer && ledger.eventsPerCpuSecond / peer.eventsPerCpuSecond,
      latency,
      peakRssBytes: { node: memory[0] ?? 0, clickhouse: memory[1] ?? 0 },
    }
    console.log(flags.json ? JSON.stringify(result) : report(result))
    // A profile is written at the end of a process that was not killed.
    if (flags.profile !== undefined) await target.stop()
  } finally {
    await target.dispose()
    rmSync(dir, { recursive: true, force: true })
  }
}

function report(result: {
  events: number
  kind: string
  bytesPerEvent: number
  ledger: Awaited<ReturnType<typeof measureLedger>>
  peer: Run | undefined
  ratio: number | undefined
  latency: Latency | undefined
  peakRssBytes: { node: number; clickhouse: number }
}): string {
  const { ledger, peer, latency, peakRssBytes } = result
  return [
    `${result.events} ${result.kind} of ${result.bytesPerEvent} bytes, door to queryable`,
    describe('spanledger', ledger),
    `             merges after the last insert: ${ledger.mergesCpuSeconds.toFixed(1)} CPU-seconds of ClickHouse more`,
    `             the door acknowledged ${thousands(ledger.doorEventsPerSecond)} k events/s, a body in ` +
      `${ledger.doorBatchMs.p50.toFixed(0)} ms (p50), ${ledger.doorBatchMs.p99.toFixed(0)} ms (p99); ${ledger.doorRetries} answers were 503`,
    ...(peer ? [describe('plain path', peer), `             ratio per CPU-second ${result.ratio?.toFixed(2)}`] : []),
    ...(latency
      ? [
          `latency      p50 ${latency.p50Ms} ms, p99 ${latency.p99Ms} ms from the start of a POST to the whole batch in SQL ` +
            `(${latency.batches} batches of 500 at ${Math.round(latency.eventsPerSecond)} events/s)`,
        ]
      : []),
    `memory       peak ${megabytes(peakRssBytes.node)} node, ${megabytes(peakRssBytes.clickhouse)} ClickHouse`,
  ].join('\n')
}

if (flags.help) console.log(help)
else await main()

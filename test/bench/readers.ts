import { createTestDetector } from '@spanledger/anomaly-detector/testing/test-detector'
import { createConsole } from '@spanledger/console/service'
import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { startTestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import { processTree, useOf } from '../harness/processes.ts'
import { percentile } from './percentile.ts'

/**
 * What reading a ledger costs: `npm run bench -- readers [entries]` fills 21 days with
 * 160 combinations of team, feature and model, judges them (the first time, then every ten seconds of event time with
 * 50 new entries each), and asks what the page asks. Prints CPU-seconds of a judgement and medians of the queries.
 */
const entries = Number(process.argv[2] ?? 1_000_000)
const days = 21
const judgements = 20
const asks = 9
const { clickhouse, stop } = await startTestClickHouse()
try {
  const nowMs = Date.now()
  const spanMs = days * 86_400_000
  for (let done = 0; done < entries; done += 500_000) {
    await fill(Math.min(500_000, entries - done), nowMs - spanMs, spanMs)
  }
  console.log(JSON.stringify({ entries, judgement: await judge(nowMs), medianMs: await ask() }, null, 2))
} finally {
  await stop()
}

/** Entries at random times of a stretch, recorded a second later. */
async function fill(rows: number, fromMs: number, spanMs: number): Promise<void> {
  await clickhouse.command(
    `INSERT INTO ledger (entry_id, kind, identity, at, minute, hour, day, received_at, recorded_at, priced_at, provider,
       model, operation, status, tenant, environment, team, feature, requests, input_tokens, uncached_tokens,
       cache_read_tokens, output_tokens, reported_units, cost, cost_input, cost_without_cache, price_state, latency_ms)
     SELECT generateUUIDv4(1), 'charge', generateUUIDv4(2), moment, moment, toStartOfHour(moment), toDate(moment), moment,
       moment + toIntervalSecond(1), moment, 'openai', concat('model-', toString(cell % 4)), 'chat', 'ok', 'default',
       'prod', concat('team-', toString(intDiv(cell, 40))), concat('feature-', toString(intDiv(cell, 4) % 10)), 1, 2000,
       2000 - cached, cached, 100, 3, toDecimal64(0.004, 18), toDecimal64(0.004, 18), toDecimal64(0.005, 18), 'priced', 800
     FROM (SELECT fromUnixTimestamp64Milli({from:Int64} + toInt64(rand64(1) % {span:UInt64}), 'UTC') AS moment,
       rand(2) % 160 AS cell, rand(3) % 1400 AS cached FROM numbers({rows:UInt64}))`,
    { from: fromMs, span: spanMs, rows },
  )
}

async function judge(nowMs: number) {
  const { judgeAt } = await createTestDetector({ clickhouse, startMs: nowMs })
  const before = used()
  await judgeAt(nowMs)
  const afterFirst = used()
  for (let step = 1; step <= judgements; step++) {
    await fill(50, nowMs + (step - 1) * 10_000, 7_000)
    await judgeAt(nowMs + step * 10_000)
  }
  return { first: difference(before, afterFirst, 1), later: difference(afterFirst, used(), judgements) }
}

async function ask(): Promise<Record<string, number>> {
  const { app } = createConsole({
    clickhouse,
    explain: async () => null,
    logger: createLogger({ name: 'bench', level: 'silent' }),
    metrics: createMetrics(),
    options: { host: '127.0.0.1', port: 0, timeZone: 'UTC', doorUrl: 'http://127.0.0.1:4318' },
  })
  const medians: Record<string, number> = {}
  for (const path of [
    'status',
    'summary?range=21d',
    'spend?range=21d&by=model',
    'spend?range=24h&by=team',
    'charges',
  ]) {
    const times: number[] = []
    for (let index = 0; index < asks; index++) {
      const startedMs = performance.now()
      const { status } = await app.request(`http://127.0.0.1/api/v1/${path}`, { headers: { host: '127.0.0.1' } })
      if (status !== 200) throw new Error(`${path} answered ${status}`)
      times.push(performance.now() - startedMs)
    }
    medians[path] = Math.round(percentile(times, 0.5))
  }
  return medians
}

function used() {
  const children = processTree(process.pid).filter((pid) => pid !== process.pid)
  const { user, system } = process.cpuUsage()
  return {
    node: (user + system) / 1e6,
    clickhouse: children.reduce((sum, pid) => sum + (useOf(pid)?.cpuSeconds ?? 0), 0),
  }
}

function difference(from: ReturnType<typeof used>, to: ReturnType<typeof used>, times: number) {
  const each = (part: keyof typeof from) => Number(((to[part] - from[part]) / times).toFixed(3))
  return { nodeCpuSeconds: each('node'), clickhouseCpuSeconds: each('clickhouse') }
}

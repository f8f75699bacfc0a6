import { createClient } from '@clickhouse/client'
import { readBodies } from './bodies-file.ts'

/**
 * The plain path, for comparison: JSON.parse, a row object, JSONEachRow into a table like `ledger`. No durable log, no
 * identity, no validation, no price. Arguments: file, ClickHouse URL, password, table. Prints one JSON line.
 */
const [path, url, password, table] = process.argv.slice(2) as [string, string, string, string]
const client = createClient({
  url,
  username: 'default',
  password,
  database: 'spanledger',
  clickhouse_settings: { async_insert: 0, date_time_input_format: 'best_effort' },
})
const rowsPerInsert = 50_000
const maxInFlight = 2

type Row = Record<string, unknown>

function rowOf(line: string): Row {
  const event = JSON.parse(line)
  const { usage, attribution } = event
  const hour = `${event.at.slice(0, 13)}:00:00Z`
  const cached = (usage.cache_read_tokens ?? 0) + (usage.cache_write_tokens ?? 0)
  return {
    kind: 'charge',
    at: event.at,
    minute: `${event.at.slice(0, 16)}:00Z`,
    hour,
    day: event.at.slice(0, 10),
    received_at: event.at,
    recorded_at: event.at,
    source: 'usage_event',
    provider: event.provider,
    model: event.model,
    request_model: event.model,
    operation: event.operation,
    status: event.status,
    tenant: 'peer',
    ...attribution,
    requests: 1,
    input_tokens: usage.input_tokens,
    uncached_tokens: usage.input_tokens - cached,
    cache_read_tokens: usage.cache_read_tokens ?? 0,
    cache_write_tokens: usage.cache_write_tokens ?? 0,
    output_tokens: usage.output_tokens,
    latency_ms: event.latency_ms,
    ttft_ms: event.ttft_ms,
    response_id: event.response_id,
  }
}

const startedAt = Date.now()
const inFlight = new Set<Promise<unknown>>()
let rows: Row[] = []
async function flush(): Promise<void> {
  const values = rows
  rows = []
  const inserting: Promise<unknown> = client
    .insert({ table, values, format: 'JSONEachRow' })
    .finally(() => inFlight.delete(inserting))
  inFlight.add(inserting)
  if (inFlight.size >= maxInFlight) await Promise.race(inFlight)
}
for await (const body of readBodies(path)) {
  for (const line of body.toString().split('\n')) rows.push(rowOf(line))
  if (rows.length >= rowsPerInsert) await flush()
}
if (rows.length > 0) await flush()
await Promise.all(inFlight)
await client.close()
const { user, system } = process.cpuUsage()
console.log(JSON.stringify({ startedAt, endedAt: Date.now(), cpuSeconds: (user + system) / 1e6 }))

// A process for tests to kill: starts the server on a directory, stores rows, prints the server's pid, waits.
import pino from 'pino'
import { createClickHouse } from '../../client.ts'
import { createEmbeddedClickHouse } from '../embedded-clickhouse.ts'

const [dataDir = '', watch = ''] = process.argv.slice(2)
const server = createEmbeddedClickHouse({
  dataDir,
  httpPort: 0,
  logger: pino({ level: 'silent' }),
  watch: watch as 'signal' | 'pipe' | 'none',
})
await server.start()
const clickhouse = createClickHouse({
  url: server.url,
  user: 'default',
  password: server.password,
  database: 'default',
})
await clickhouse.command('CREATE TABLE t (x UInt64) ENGINE = MergeTree ORDER BY x')
await clickhouse.command('INSERT INTO t SELECT number FROM numbers(1000)')
process.stdout.write(`${JSON.stringify({ pid: server.pid })}\n`)
setInterval(() => undefined, 60_000)

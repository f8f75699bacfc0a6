import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import { readMigrations } from '@spanledger/runtime/clickhouse/migration-files'
import { SpanledgerError } from '@spanledger/runtime/errors'
import { type Check, failed, ok, warning } from './check.ts'

const maxClockDriftMs = 5_000

/** The connection, the clocks of both sides, and whether the tables are those of this version. */
export async function checkClickHouse(clickhouse: ClickHouse, name: string): Promise<Check[]> {
  try {
    await clickhouse.ping()
  } catch (error) {
    const fix = error instanceof SpanledgerError ? error.hint : 'see the message'
    return [failed('ClickHouse', `${name}: ${(error as Error).message}`, fix)]
  }
  return [ok('ClickHouse', `${name} answers`), await checkClock(clickhouse), await checkSchema(clickhouse)]
}

async function checkClock(clickhouse: ClickHouse): Promise<Check> {
  const askedMs = Date.now()
  const [row] = await clickhouse.query<{ now: string }>('SELECT toString(toUnixTimestamp64Milli(now64(3))) AS now')
  const driftMs = Math.abs(Number(row?.now) - (askedMs + Date.now()) / 2)
  const message = `this clock and that of ClickHouse differ by ${Math.round(driftMs)} ms`
  if (driftMs <= maxClockDriftMs) return ok('clock', message)
  return warning('clock', message, 'synchronise both machines (NTP): times decide which price and which day apply')
}

async function checkSchema(clickhouse: ClickHouse): Promise<Check> {
  const known = await readMigrations()
  let applied: Map<number, string>
  try {
    const rows = await clickhouse.query<{ number: number; hash: string }>('SELECT number, hash FROM schema_migrations')
    applied = new Map(rows.map(({ number, hash }) => [Number(number), hash]))
  } catch (error) {
    const fix = '`spanledger up` (or `spanledger run ledger`) makes them'
    return failed('schema', `the tables are not there: ${(error as Error).message}`, fix)
  }
  const missing = known.filter((migration) => !applied.has(migration.number)).map((migration) => migration.name)
  if (missing.length > 0) return failed('schema', `not applied yet: ${missing.join(', ')}`, 'restart spanledger')
  const edited = known.filter((migration) => applied.get(migration.number) !== migration.hash)
  if (edited.length > 0 || applied.size > known.length) {
    const fix = 'run the version of spanledger that made this database, or use another data directory'
    return failed('schema', 'the tables were made by another version', fix)
  }
  return ok('schema', `${known.length} migrations applied`)
}

import { SpanledgerError } from '../errors.ts'
import type { ClickHouse } from './client.ts'
import { type Migration, readMigrations } from './migration-files.ts'

export interface MigrateOptions {
  /** IANA name of the reporting time zone, default UTC. `day` of every stored row is in it, so it cannot change. */
  readonly timeZone?: string
  /** Default: the files of `schemas/tables`. */
  readonly migrations?: readonly Migration[]
}

/**
 * Creates the database and brings its tables to this version. Every statement can be repeated, so runners at the same
 * time and runs that were cut off do no harm. Refuses a database that is newer, that was made by an edited file, or
 * whose days are counted in another time zone. Resolves with the names of what was applied.
 */
export async function migrate(clickhouse: ClickHouse, options: MigrateOptions = {}): Promise<string[]> {
  const { timeZone = 'UTC', migrations = await readMigrations() } = options
  checkTimeZone(timeZone)
  await clickhouse.createDatabase()
  for (const statement of bookkeeping) await clickhouse.command(statement)
  const applied = await readApplied(clickhouse)
  checkApplied(migrations, applied, clickhouse.database)
  await keepTimeZone(clickhouse, timeZone)

  const done: string[] = []
  for (const migration of migrations) {
    if (applied.has(migration.number)) continue
    for (const statement of migration.statements) await clickhouse.command(statement)
    const { number, name, hash } = migration
    await clickhouse.command(
      'INSERT INTO schema_migrations (number, name, hash) SELECT {number:UInt32}, {name:String}, {hash:String}',
      { number, name, hash },
    )
    done.push(name)
  }
  return done
}

const bookkeeping = [
  `CREATE TABLE IF NOT EXISTS schema_migrations
   (number UInt32, name String, hash String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
   ENGINE = MergeTree ORDER BY number`,
  `CREATE TABLE IF NOT EXISTS settings
   (name String, value String, set_at DateTime64(3, 'UTC') DEFAULT now64(3))
   ENGINE = MergeTree ORDER BY (name, set_at)`,
]

async function readApplied(clickhouse: ClickHouse): Promise<Map<number, string>> {
  const rows = await clickhouse.query<{ number: number; hash: string }>(
    'SELECT number, argMin(hash, applied_at) AS hash FROM schema_migrations GROUP BY number ORDER BY number',
  )
  return new Map(rows.map(({ number, hash }) => [number, hash]))
}

function checkApplied(migrations: readonly Migration[], applied: ReadonlyMap<number, string>, database: string): void {
  const known = new Map(migrations.map((migration) => [migration.number, migration]))
  for (const [number, hash] of applied) {
    const migration = known.get(number)
    if (migration === undefined) {
      throw new SpanledgerError(
        'SCHEMA_NEWER',
        `database ${database} has migration ${number}, which is not known here`,
        {
          retryable: false,
          hint: 'a newer spanledger made it: run that version, or use another database',
        },
      )
    }
    if (migration.hash !== hash) {
      throw new SpanledgerError('SCHEMA_EDITED', `${migration.name} differs from what was applied to ${database}`, {
        retryable: false,
        hint: 'a migration is never edited after it was applied: restore the file and add a new one (or use a new data directory)',
      })
    }
  }
}

/** The first runner decides; all runners agree on the earliest row. */
async function keepTimeZone(clickhouse: ClickHouse, timeZone: string): Promise<void> {
  const stored =
    (await storedTimeZone(clickhouse)) ??
    (await clickhouse
      .command(`INSERT INTO settings (name, value) SELECT 'time_zone', {timeZone:String}`, { timeZone })
      .then(() => storedTimeZone(clickhouse)))
  if (stored === timeZone) return
  throw new SpanledgerError(
    'TIMEZONE_CHANGED',
    `database ${clickhouse.database} counts days in ${stored}, and SPANLEDGER_TIMEZONE is ${timeZone}`,
    {
      retryable: false,
      hint: `set SPANLEDGER_TIMEZONE to ${stored}; "spanledger rezone", which will rebuild the days, does not exist yet`,
    },
  )
}

async function storedTimeZone(clickhouse: ClickHouse): Promise<string | undefined> {
  const rows = await clickhouse.query<{ value: string }>(
    `SELECT value FROM settings WHERE name = 'time_zone' ORDER BY set_at, value LIMIT 1`,
  )
  return rows[0]?.value
}

function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone }).format(0)
  } catch (cause) {
    throw new SpanledgerError('TIMEZONE_UNKNOWN', `there is no time zone ${JSON.stringify(timeZone)}`, {
      retryable: false,
      hint: 'SPANLEDGER_TIMEZONE is an IANA name such as Europe/Berlin',
      cause,
    })
  }
}

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestClickHouse, type TestClickHouse } from '../testing/test-clickhouse.ts'
import { type ClickHouse, createClickHouse } from './client.ts'
import { type Migration, readMigrations, splitStatements } from './migration-files.ts'
import { migrate } from './migrations.ts'

let engine: TestClickHouse
let clickhouse: ClickHouse
let databases = 0
beforeAll(async () => {
  engine = await startTestClickHouse({ migrated: false })
})
afterAll(() => engine?.stop())

beforeEach(() => {
  clickhouse = connect(`test_${databases++}`)
  return () => clickhouse.close()
})

function connect(database: string): ClickHouse {
  const { url, user, password } = engine.server
  return createClickHouse({ url, user, password, database })
}

function migration(number: number, ...statements: string[]): Migration {
  return { number, name: `000${number}_test.sql`, hash: statements.join(), statements }
}

test('creates the database and every table of this version, once', async () => {
  const names = (await readMigrations()).map(({ name }) => name)
  expect(await migrate(clickhouse)).toEqual(names)
  expect(await migrate(clickhouse)).toEqual([])
  const tables = await clickhouse.query<{ name: string }>('SHOW TABLES')
  const promised = [
    'ledger',
    'spend',
    'spend_by_user',
    'rejected',
    'price_versions',
    'alerts',
    'alert_events',
    'deployments',
  ]
  expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(promised))
})

test('applies only what is new', async () => {
  const first = migration(1, 'CREATE TABLE IF NOT EXISTS a (x UInt8) ENGINE = MergeTree ORDER BY x')
  const second = migration(
    2,
    'ALTER TABLE a ADD COLUMN IF NOT EXISTS y UInt8',
    'CREATE VIEW IF NOT EXISTS b AS SELECT y FROM a',
  )
  expect(await migrate(clickhouse, { migrations: [first] })).toEqual([first.name])
  expect(await migrate(clickhouse, { migrations: [first, second] })).toEqual([second.name])
  expect(await clickhouse.query('SELECT * FROM b')).toEqual([])
})

test('goes on after a run that was cut off between two statements', async () => {
  const statements = ['CREATE TABLE IF NOT EXISTS a (x UInt8) ENGINE = MergeTree ORDER BY x']
  await migrate(clickhouse, { migrations: [] })
  await clickhouse.command(statements[0] as string)
  expect(await migrate(clickhouse, { migrations: [migration(1, ...statements)] })).toHaveLength(1)
})

test('runners at the same time do not disturb each other', async () => {
  const runs = await Promise.all(Array.from({ length: 6 }, () => migrate(clickhouse, { timeZone: 'Europe/Berlin' })))
  expect(Math.max(...runs.map(({ length }) => length))).toBe((await readMigrations()).length)
  expect(await migrate(clickhouse, { timeZone: 'Europe/Berlin' })).toEqual([])
})

test('refuses a file that was edited after it was applied', async () => {
  await migrate(clickhouse, { migrations: [migration(1, 'SELECT 1')] })
  await expect(migrate(clickhouse, { migrations: [migration(1, 'SELECT 2')] })).rejects.toMatchObject({
    code: 'SCHEMA_EDITED',
    message: expect.stringContaining('0001_test.sql'),
  })
})

test('refuses a database that a newer version made', async () => {
  await migrate(clickhouse, { migrations: [migration(1, 'SELECT 1'), migration(2, 'SELECT 2')] })
  await expect(migrate(clickhouse, { migrations: [migration(1, 'SELECT 1')] })).rejects.toMatchObject({
    code: 'SCHEMA_NEWER',
  })
})

test('refuses another time zone than the days were counted in, and says what to set', async () => {
  await migrate(clickhouse, { timeZone: 'Asia/Kathmandu', migrations: [] })
  await migrate(clickhouse, { timeZone: 'Asia/Kathmandu', migrations: [] })
  await expect(migrate(clickhouse, { migrations: [] })).rejects.toMatchObject({
    code: 'TIMEZONE_CHANGED',
    message: expect.stringContaining('Asia/Kathmandu'),
    hint: expect.stringContaining('spanledger rezone'),
  })
})

test('refuses a time zone that does not exist', async () => {
  await expect(migrate(clickhouse, { timeZone: 'Mars/Olympus', migrations: [] })).rejects.toMatchObject({
    code: 'TIMEZONE_UNKNOWN',
  })
})

test('a statement ends with a semicolon at the end of its line', () => {
  expect(splitStatements(`-- a; comment\nSELECT ';' AS x\n;\n\nSELECT\n  -- inside;\n  2;\n`)).toEqual([
    `SELECT ';' AS x`,
    'SELECT\n\n  2',
  ])
})

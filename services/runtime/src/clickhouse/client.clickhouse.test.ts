import { createServer, type Server } from 'node:net'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestClickHouse, type TestClickHouse } from '../testing/test-clickhouse.ts'
import { type ClickHouse, createClickHouse } from './client.ts'
import { column, createBlock } from './native.ts'

let engine: TestClickHouse
let clickhouse: ClickHouse
beforeAll(async () => {
  engine = await startTestClickHouse({ migrated: false })
  clickhouse = engine.clickhouse
  await clickhouse.ping()
  await clickhouse.createDatabase()
  await clickhouse.command('CREATE TABLE t (n Int64, usd Decimal(38, 18), s String) ENGINE = MergeTree ORDER BY n')
})
afterAll(() => engine?.stop())

test('numbers that a double cannot hold come back as exact text', async () => {
  const rows = await clickhouse.query(
    `SELECT toInt64('9007199254740993') AS n, toDecimal128('1234567890.000000000000000001', 18) AS usd,
       map('a', toDecimal128('0.1', 18)) AS m, 5::UInt32 AS small, NULL AS nothing`,
  )
  expect(rows).toEqual([
    { n: '9007199254740993', usd: '1234567890.000000000000000001', m: { a: '0.1' }, small: 5, nothing: null },
  ])
})

test('parameters are values, whatever they hold, and however long they are', async () => {
  const hostile = `'; DROP TABLE t; -- \\ \n\t ü ${'x'.repeat(50_000)}`
  expect(await clickhouse.query('SELECT {text:String} AS text', { text: hostile })).toEqual([{ text: hostile }])
})

test('a stored block is there at once, and a repeated one is stored again', async () => {
  const block = createBlock({ n: column.int64(), usd: column.decimal(18), s: column.string() })
  for (let repeat = 0; repeat < 2; repeat++) {
    block.columns.n.append(1)
    block.columns.usd.append(-1n)
    block.columns.s.append('ü')
    await clickhouse.insertNative('t', block.finish())
    expect(await clickhouse.query('SELECT count() AS n FROM t')).toEqual([{ n: String(repeat + 1) }])
  }
  expect(await clickhouse.query('SELECT DISTINCT * FROM t')).toEqual([{ n: '1', usd: '-0.000000000000000001', s: 'ü' }])
})

test('a failure half way through an answer is an error, never a shorter answer', async () => {
  const sql = 'SELECT number, throwIf(number = 2000000) FROM numbers(3000000)'
  await expect(clickhouse.query(sql)).rejects.toMatchObject({ code: 'CLICKHOUSE_ERROR', retryable: false })
  await expect(clickhouse.readBytes(`${sql} FORMAT RowBinary`, {}, () => undefined)).rejects.toMatchObject({
    code: 'CLICKHOUSE_ERROR',
  })
})

test('failures are told apart by code', async () => {
  const { url } = engine.server
  await expect(clickhouse.query('SELECT 1 FROM missing')).rejects.toMatchObject({
    code: 'CLICKHOUSE_SCHEMA_MISMATCH',
    retryable: false,
  })
  await expect(clickhouse.query('SELEC')).rejects.toMatchObject({ code: 'CLICKHOUSE_ERROR', retryable: false })
  await expect(clickhouse.query('SELECT sleep(2)', {}, { settings: { max_execution_time: 1 } })).rejects.toMatchObject({
    code: 'CLICKHOUSE_TIMEOUT',
    retryable: true,
  })

  for (const user of ['default', 'grafana', 'nobody']) {
    const stranger = createClickHouse({ url, user, password: 'wrong' })
    await expect(stranger.query('SELECT 1')).rejects.toMatchObject({ code: 'CLICKHOUSE_AUTH', retryable: false })
    await expect(stranger.ping()).rejects.toMatchObject({ code: 'CLICKHOUSE_AUTH', retryable: false })
    await stranger.close()
  }
})

test('no answer in time is a timeout, and no server is unavailable: both can be repeated', async () => {
  const silent: Server = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as { port: number }
  const options = { url: `http://127.0.0.1:${port}`, user: 'default', password: 'x', timeoutMs: 100 }
  const slow = createClickHouse(options)
  await expect(slow.query('SELECT 1')).rejects.toMatchObject({ code: 'CLICKHOUSE_TIMEOUT', retryable: true })
  await expect(slow.ping()).rejects.toMatchObject({ code: 'CLICKHOUSE_TIMEOUT', retryable: true })
  await slow.close()
  silent.close()

  const gone = createClickHouse(options)
  await expect(gone.command('SELECT 1')).rejects.toMatchObject({ code: 'CLICKHOUSE_UNAVAILABLE', retryable: true })
  await expect(gone.ping()).rejects.toMatchObject({ code: 'CLICKHOUSE_UNAVAILABLE', retryable: true })
  await gone.close()
})

test('a killed query is gone when killQuery resolves', async () => {
  const sql = 'SELECT sleepEachRow(0.1) FROM numbers(600) SETTINGS max_block_size = 1'
  const running = clickhouse.query(sql, {}, { queryId: 'slow' }).catch((error: unknown) => error)
  const isRunning = async () =>
    (await clickhouse.query(`SELECT 1 FROM system.processes WHERE query_id = 'slow'`)).length === 1
  while (!(await isRunning())) await new Promise(setImmediate)
  await clickhouse.killQuery('slow')
  expect(await isRunning()).toBe(false)
  expect(await running).toMatchObject({ code: 'CLICKHOUSE_QUERY_KILLED', retryable: true })
  await clickhouse.killQuery('never was')
})

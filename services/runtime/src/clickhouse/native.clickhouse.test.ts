import fc from 'fast-check'
import { attoFromDecimal } from '@spanledger/schemas/money'
import { bytesFromUuid } from '@spanledger/schemas/uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestClickHouse, type TestClickHouse } from '../testing/test-clickhouse.ts'
import { column, createBlock } from './native.ts'

let engine: TestClickHouse
beforeAll(async () => {
  engine = await startTestClickHouse({ migrated: false })
  await engine.clickhouse.createDatabase()
})
afterAll(() => engine?.stop())

const block = createBlock({
  row: column.uint32(),
  uuid: column.uuid(),
  text: column.string(),
  low: column.lowCardinality(),
  at: column.dateTime64(),
  second: column.dateTime(),
  day: column.date(),
  small: column.uint8(),
  count: column.int64(),
  usd: column.decimal(18),
  micro: column.decimal(6),
  maybe: column.nullable(column.decimal(18), 0n),
  maybe_count: column.nullable(column.uint32(), 0),
  quality: column.nullable(column.float32(), 0),
  keys: column.array(column.uuid()),
  words: column.array(column.lowCardinality()),
  texts: column.array(column.string()),
  tags: column.map(column.lowCardinality(), column.string()),
  units: column.map(column.lowCardinality(), column.decimal(6)),
})
type Row = { [name in keyof typeof block.columns]: Parameters<(typeof block.columns)[name]['append']>[0] }

function encode(rows: readonly Row[]) {
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      const target = block.columns[name as keyof Row] as { append(value: unknown): void }
      target.append(value)
    }
  }
  return block.finish()
}

const big = 10n ** 38n - 1n
const text = () =>
  fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 400 }))
const decimal = () => fc.oneof(fc.bigInt({ min: -big, max: big }), fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }))
const uuid = () => fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('latin1'))
const dictionary = <T>(values: fc.Arbitrary<T>) =>
  fc.dictionary(text(), values, { maxKeys: 4, noNullPrototype: true }).filter((map) => !Object.hasOwn(map, '__proto__'))

const anyRow: fc.Arbitrary<Omit<Row, 'row'>> = fc.record({
  uuid: uuid(),
  text: text(),
  low: text(),
  at: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  second: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  day: fc.integer({ min: 0, max: 2 ** 16 - 1 }),
  small: fc.integer({ min: 0, max: 255 }),
  count: fc.maxSafeInteger(),
  usd: decimal(),
  micro: decimal(),
  maybe: fc.option(decimal()),
  maybe_count: fc.option(fc.integer({ min: 0, max: 2 ** 32 - 1 })),
  quality: fc.option(fc.float({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0))),
  keys: fc.array(uuid(), { maxLength: 3 }),
  words: fc.array(text(), { maxLength: 3 }),
  texts: fc.array(text(), { maxLength: 3 }),
  tags: dictionary(text()),
  units: dictionary(decimal()),
})

async function roundTrip(rows: readonly Row[]): Promise<Row[]> {
  const { clickhouse } = engine
  const types = Object.entries(block.columns).map(([name, { type }]) => `\`${name}\` ${type}`)
  await clickhouse.command(`CREATE OR REPLACE TABLE t (${types.join(', ')}) ENGINE = MergeTree ORDER BY row`)
  await clickhouse.insertNative('t', encode(rows))
  const read = await clickhouse.query<Record<keyof Row, never>>(
    `SELECT * EXCEPT (at, second, day), toUnixTimestamp64Milli(at) AS at_ms, toUInt32(second) AS second_s,
       toUInt16(day) AS day_n FROM t ORDER BY row`,
    {},
    { settings: { output_format_json_quote_64bit_integers: 1 } },
  )
  const scaled = (value: string, digits: bigint) => attoFromDecimal(value) / 10n ** (18n - digits)
  return read.map(({ at_ms, second_s, day_n, ...row }: Record<string, never>) => ({
    ...(row as unknown as Row),
    uuid: bytesFromUuid(row.uuid as never),
    at: Number(at_ms),
    second: Number(second_s),
    day: Number(day_n),
    count: Number(row.count),
    usd: scaled(row.usd as never, 18n),
    micro: scaled(row.micro as never, 6n),
    maybe: row.maybe === null ? null : scaled(row.maybe as never, 18n),
    quality: row.quality === null ? null : Math.fround(Number(row.quality)),
    keys: (row.keys as string[] | undefined)?.map(bytesFromUuid) ?? [],
    units: Object.fromEntries(
      Object.entries(row.units as unknown as Record<string, string>).map(([key, value]) => [key, scaled(value, 6n)]),
    ),
  }))
}

test('whatever rows go in come out again, exactly', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 60 }), async (drawn) => {
      const rows = drawn.map((row, index) => ({ row: index, ...row }))
      expect(await roundTrip(rows)).toEqual(rows)
    }),
    { numRuns: 40 },
  )
})

test('a block of many rows and many distinct strings comes out again, and its memory is used again', async () => {
  const [template] = fc.sample(anyRow, { numRuns: 1, seed: 1 }) as [Omit<Row, 'row'>]
  for (const count of [70_000, 300, 1]) {
    const rows = Array.from({ length: count }, (_, index) => ({
      ...template,
      text: '',
      texts: [],
      tags: {},
      units: {},
      row: index,
      low: `value ${index}`,
      words: index % 2 ? [`word ${index % 700}`] : [],
      usd: BigInt(index) ** 6n,
    }))
    const sizes = await engine.clickhouse
      .query('SELECT 1')
      .then(() => roundTrip(rows))
      .then((read) => read.map(({ low, words, usd }) => ({ low, words, usd })))
    expect(sizes).toEqual(rows.map(({ low, words, usd }) => ({ low, words, usd })))
  }
})

test('the memory of a block that was not stored is never used again', async () => {
  const [row] = fc.sample(anyRow, { numRuns: 1, seed: 3 }) as [Omit<Row, 'row'>]
  const failed = encode([{ row: 1, ...row }])
  const before = Buffer.from(failed.body as Uint8Array)
  await expect(engine.clickhouse.insertNative('missing', failed)).rejects.toMatchObject({
    code: 'CLICKHOUSE_SCHEMA_MISMATCH',
  })
  for (let i = 0; i < 8; i++) await roundTrip([{ row: i, ...row }])
  expect(before.equals(failed.body as Uint8Array)).toBe(true)
})

test('a value that a column cannot hold is refused, and the next block is whole', async () => {
  const [row] = fc.sample(anyRow, { numRuns: 1, seed: 2 }) as [Omit<Row, 'row'>]
  const impossible: Partial<Row>[] = [
    { row: -1 },
    { row: 2 ** 32 },
    { uuid: 'short' },
    { day: 65_536 },
    { small: 256 },
    { count: 2 ** 53 },
    { count: 0.5 },
    { count: Number.NaN },
    { usd: 10n ** 38n },
    { usd: -(10n ** 38n) },
    { maybe_count: 1.5 },
  ]
  for (const wrong of impossible) {
    expect(() => encode([{ row: 0, ...row, ...wrong }])).toThrow('does not fit into')
    block.reset()
  }
  block.columns.row.append(1)
  expect(() => block.finish()).toThrow('column uuid has 0 rows instead of 1')
  block.reset()
  expect(await roundTrip([{ row: 0, ...row }])).toEqual([{ row: 0, ...row }])
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundledTraces, openTrace } from './trace-file.ts'
import type { TraceRow } from './trace-row.ts'

let dir = ''
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'spanledger-trace-'))
})
afterAll(() => rmSync(dir, { recursive: true }))

function file(name: string, content: string | Buffer): string {
  const path = join(dir, name)
  writeFileSync(path, content)
  return path
}

async function rowsOf(nameOrPath: string): Promise<TraceRow[]> {
  const rows: TraceRow[] = []
  for await (const row of (await openTrace(nameOrPath)).read()) rows.push(row)
  return rows
}

const csv =
  'TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:17:03.9799600,4808,10\r\n2023-11-16 18:17:04,110,27\r\n'

test('the bundled traces have the rows and the span their README says', async () => {
  const traces = await Promise.all(bundledTraces.map(openTrace))
  expect(traces.map(({ id, rows, firstMs, lastMs }) => [id, rows, Math.floor((lastMs - firstMs) / 60_000)])).toEqual([
    ['azure-code', 8_819, 57],
    ['azure-conversation', 19_366, 58],
    ['mooncake-conversation', 12_031, 58],
  ])
})

test('an Azure file is read with or without gzip, fractions cut to milliseconds', async () => {
  const expected = [
    { number: 1, arrivedMs: Date.parse('2023-11-16T18:17:03.979Z'), inputTokens: 4808, outputTokens: 10 },
    { number: 2, arrivedMs: Date.parse('2023-11-16T18:17:04.000Z'), inputTokens: 110, outputTokens: 27 },
  ]
  expect(await rowsOf(file('a.csv', csv))).toEqual(expected)
  expect(await rowsOf(file('a.csv.gz', gzipSync(csv)))).toEqual(expected)
})

test('a Mooncake file keeps its prefix blocks', async () => {
  const path = file('m.jsonl', '{"timestamp": 7, "input_length": 600, "output_length": 2, "hash_ids": [0, 9]}\n')
  expect(await rowsOf(path)).toEqual([
    { number: 1, arrivedMs: 7, inputTokens: 600, outputTokens: 2, prefixBlocks: [0, 9] },
  ])
})

test('two files of the same name and other bytes do not share ids', async () => {
  const one = await openTrace(file('same.csv', csv))
  const other = await openTrace(file('same.csv', csv.replace('4808', '4809')))
  expect(one.id).not.toBe(other.id)
})

test.each([
  ['negative tokens', `${csv}2023-11-16 18:17:05,-1,2\n`, /line 4: expected/],
  ['an impossible time', `${csv}2023-13-16 18:17:05,1,2\n`, /line 4: .* is not a time/],
  ['a missing field', '{"timestamp": 7, "output_length": 2, "hash_ids": []}\n', /line 1: "input_length" must be/],
  ['half a line of JSON', '{"timestamp": 7, "input_le', /line 1: not JSON/],
  ['another format', 'when,what\n1,2\n', /line 1: neither/],
  ['a header alone', 'TIMESTAMP,ContextTokens,GeneratedTokens\n', /no requests/],
])('%s is refused with the line it is on', async (_what, content, message) => {
  await expect(openTrace(file('bad', content))).rejects.toThrow(message)
})

test('a cut gzip file is an error, not a short trace', async () => {
  const whole = gzipSync(csv)
  await expect(openTrace(file('cut.csv.gz', whole.subarray(0, whole.length - 12)))).rejects.toMatchObject({
    code: 'TRACE_INVALID',
  })
})

test('an unknown name lists the traces there are', async () => {
  await expect(openTrace('azure-cod')).rejects.toMatchObject({ code: 'TRACE_NOT_FOUND', hint: /azure-code, / })
})

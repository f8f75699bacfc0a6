import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { sourceStrings } from './source-strings.ts'
import { lintSql } from './sql-lint.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

test.each([
  'SELECT sum(cost) / sum(list_cost) FROM spend',
  'SELECT cost/reported_cost FROM ledger',
  'SELECT toDecimal128(1000, 18) / toDecimal128(2, 18)',
  'SELECT sum(cost) AS spent, sum(list_cost) AS listed, 1 - spent / listed FROM spend',
  'SELECT (sum(cost) - sum(list_cost)) / sum(list_cost) FROM spend',
  'SELECT impact_usd * cost FROM alerts',
  'SELECT l.cost / sumIf(l.cost, l.status = 1) FROM ledger AS l',
])('finds money divided or multiplied by money: %s', (sql) => {
  expect(lintSql(sql)).toHaveLength(1)
})

test.each([
  'SELECT toFloat64(sum(cost)) / toFloat64(sum(list_cost)) FROM spend',
  'SELECT toFloat64(cost) / list_cost FROM ledger',
  'SELECT divideDecimal(sum(cost), sum(list_cost)) FROM spend',
  'SELECT sum(cost) / sum(requests) FROM spend',
  'SELECT sum(cost) * 1000 / 7 FROM spend',
  'SELECT sum(cache_read_tokens) / sum(input_tokens), count(*) FROM spend -- cost / cost',
  'SELECT *, cost FROM ledger /* cost / cost */',
  'SELECT avg(cost) / avg(list_cost) FROM ledger',
])('leaves alone what ClickHouse gets right: %s', (sql) => {
  expect(lintSql(sql)).toEqual([])
})

test('sees the strings of a source as they are', () => {
  const source =
    'const a = `x ${f(`in ${1} ner`, { b: "two" })} y` // `no`\n/* "no" */ const r = /[/"]`/.test(\'it\\\'s\')'
  expect(sourceStrings(source)).toEqual(['in expression ner', 'two', 'x expression y', "it\\'s"])
})

test('no query of this repository divides or multiplies money by money', async () => {
  const problems: string[] = []
  let queries = 0
  for await (const file of sources()) {
    const text = await readFile(path.join(root, file), 'utf8')
    for (const sql of queriesOf(file, text)) {
      queries++
      for (const { expression, advice } of lintSql(sql)) problems.push(`${file}: ${expression}: ${advice}`)
    }
  }
  expect(problems).toEqual([])
  expect(queries).toBeGreaterThan(20)
})

function queriesOf(file: string, text: string): string[] {
  if (file.endsWith('.sql')) return [text]
  if (file.endsWith('.md')) return [...text.matchAll(/```sql\n([\s\S]*?)```/g)].map((match) => match[1] as string)
  if (file.endsWith('.json'))
    return [...text.matchAll(/"(?:rawSql|expr)": "((?:[^"\\]|\\.)*)"/g)].map((match) => match[1] as string)
  // A piece of a query counts, too.
  return sourceStrings(text).filter((string) => /\bSELECT\b|\bsum\w*\(/i.test(string))
}

async function* sources(): AsyncGenerator<string> {
  for (const top of ['services', 'schemas', 'dashboards', 'docs', 'infra', 'test']) {
    const names = await readdir(path.join(root, top), { recursive: true }).catch(() => [])
    for (const name of names) {
      if (/(?:^|\/)(?:node_modules|dist)\//.test(name) || name.includes('sql-lint')) continue
      if (/\.(?:sql|md|tsx?|mjs)$/.test(name) || (top === 'dashboards' && name.endsWith('.json')))
        yield path.join(top, name)
    }
  }
}

import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseConfigFile } from '@spanledger/runtime/config-file/config-file'
import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import { alertRule } from '@spanledger/schemas/config/alerts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const folder = join(import.meta.dirname, '../../docs/runbooks')
const runbooks = readdirSync(folder).map((file) => ({
  kind: file.replace(/\.md$/, ''),
  text: readFileSync(join(folder, file), 'utf8'),
}))

const incidentRow = {
  team: 'search',
  feature: 'summaries',
  customer: 'acme',
  user: 'u1',
  session: 's1',
  release: 'v2',
  service: 'api',
  source: 'otlp',
  dialect: 'otel-genai',
}

/** What each query must answer first, in the order of the page, on one incident with its week before. */
const answers: Readonly<Record<string, readonly object[]>> = {
  spend_spike: [
    { feature: 'summaries', model: 'gpt-4o', customer: 'acme', now_usd: '6', usual_usd: 0.43 },
    { calls: '3', usd: '6', usd_per_request: 2, failed: '1' },
    { user: 'u1', session: 's1', calls: '3', usd: '6' },
    { source: 'otlp', dialect: 'otel-genai', service: 'api', release: 'v2', calls: '2', usd: '6' },
  ],
  cost_per_request: [
    { period: 'now', calls: '2', usd: 3, input: 4000, output: 100, cached: 0.05 },
    { model: 'gpt-4o', now_calls: '2', week_ago_calls: '3', now_usd: 3, week_ago_usd: 1 },
    { release: 'v2', feature: 'summaries', model: 'gpt-4o', calls: '2', usd: 3, input: 4000 },
    { model: 'gpt-4o', cost: '3' },
  ],
  cache_regression: [
    { calls: '3', hit_ratio: 0.04, usd: '6' },
    { release: 'v2', model: 'gpt-4o', calls: '2', hit_ratio: 0.05, usd: '6', without_cache_usd: '6.5' },
    { source: 'otlp', dialect: 'otel-genai', calls: '3', hit_ratio: 0.04 },
  ],
  unpriced: [
    { provider: 'openai', model: 'brand-new', warning: 'MODEL_UNKNOWN', calls: '1', tokens: '2100' },
    { service: 'api', team: 'search', feature: 'summaries', request_model: 'brand-new', calls: '1' },
    { provider: 'openai', model: 'brand-new', warnings: ['MODEL_UNKNOWN'] },
  ],
}

let engine: TestClickHouse

beforeAll(async () => {
  engine = await startTestClickHouse()
  const now = new Date()
  const week = new Date(now.getTime() - 7 * 86_400_000)
  await insert([
    entry(now),
    entry(now),
    ...[1, 2, 3].map(() =>
      entry(week, { cost: '1', cost_without_cache: '1.5', cache_read_tokens: 600, input_tokens: 1000, release: 'v1' }),
    ),
    entry(now, {
      model: 'brand-new',
      request_model: 'brand-new',
      cost: '0',
      cost_without_cache: '0',
      input_tokens: 2000,
      cache_read_tokens: 0,
      status: 'error',
      price_state: 'unpriced',
      unpriced_requests: 1,
      unpriced_tokens: 2100,
      warnings: ['MODEL_UNKNOWN'],
      release: 'v0',
    }),
  ])
})
afterAll(() => engine.stop())

function entry(when: Date, change: Readonly<Record<string, unknown>> = {}): object {
  const at = when.toISOString().replace('T', ' ').replace('Z', '')
  return {
    ...incidentRow,
    entry_id: randomUUID(),
    identity: randomUUID(),
    kind: 'charge',
    tenant: 'default',
    provider: 'openai',
    model: 'gpt-4o',
    at,
    minute: `${at.slice(0, 16)}:00`,
    hour: `${at.slice(0, 13)}:00:00`,
    day: at.slice(0, 10),
    received_at: at,
    recorded_at: at,
    status: 'ok',
    price_state: 'priced',
    requests: 1,
    input_tokens: 4000,
    cache_read_tokens: 200,
    output_tokens: 100,
    cost: '3',
    cost_without_cache: '3.25',
    ...change,
  }
}

async function insert(rows: readonly object[]): Promise<void> {
  const lines = rows.map((row) => JSON.stringify(row)).join('\n')
  await engine.clickhouse.command(`INSERT INTO ledger FORMAT JSONEachRow ${lines}`)
}

test('every kind that is judged has a runbook, and every query of one is checked here', () => {
  const kinds = alertRule.options.map(({ shape }) => shape.kind.value)
  expect(runbooks.map(({ kind }) => kind).toSorted()).toEqual(kinds.toSorted())
  for (const { kind, text } of runbooks) expect(answers[kind], kind).toHaveLength(blocksOf(text, 'sql').length)
})

describe.each(runbooks)('$kind', ({ kind, text }) => {
  test('says what it means, what to do first, how to stop it, whom to tell and how to silence it', () => {
    const headings = [...text.matchAll(/^## (.*)$/gm)].map((match) => match[1])
    expect(headings).toEqual([
      'The first five minutes',
      'Is it real',
      'Likely causes, most likely first',
      expect.stringMatching(/^(Stop the bleeding|What to do)$/),
      'Tell',
      'Tune or silence',
    ])
  })

  test.each(blocksOf(text, 'sql').map((sql, index) => ({ sql, index })))(
    'its query $index answers',
    async ({ sql, index }) => {
      const found = await engine.clickhouse.query<Record<string, unknown>>(sql)
      expect(found[0]).toMatchObject(answers[kind]![index]!)
      // Decimal / Decimal gives garbage without an error.
      for (const line of sql.split('\n').filter((each) => / \/ /.test(each) && /cost|usd/.test(each))) {
        expect(line).toContain('toFloat64')
      }
    },
  )

  test('its example of a configuration can be used as it stands', () => {
    for (const yaml of blocksOf(text, 'yaml')) expect(() => parseConfigFile(yaml, `${kind}.md`)).not.toThrow()
  })

  test('its links lead to other runbooks', () => {
    for (const [, target] of text.matchAll(/\]\(([^)]+)\)/g)) {
      expect(runbooks.map((each) => `${each.kind}.md`)).toContain(target)
    }
  })
})

function blocksOf(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map((match) =>
    match[1]!.trim(),
  )
}

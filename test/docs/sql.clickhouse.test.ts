import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ClickHouse, createClickHouse } from '@spanledger/runtime/clickhouse/client'
import {
  createEmbeddedClickHouse,
  type EmbeddedClickHouse,
} from '@spanledger/runtime/clickhouse/embedded/embedded-clickhouse'
import { migrate } from '@spanledger/runtime/clickhouse/migrations'
import { createLogger } from '@spanledger/runtime/logger'
import { afterAll, beforeAll, expect, test } from 'vitest'

const queries = await queriesOf(join(import.meta.dirname, '../../docs/sql.md'))

const columns =
  'kind, reason, revision, at, minute, hour, day, recorded_at, provider, model, team, feature, tenant, requests, ' +
  'input_tokens, uncached_tokens, cache_read_tokens, output_tokens, cost, cost_input, cost_cache_read, cost_output, ' +
  'cost_without_cache, price_state, unpriced_requests, unpriced_tokens, latency_ms, entry_id, ' +
  'accrued_cost, accrual_basis, warnings'

/** One charge, corrected an hour later by a twin; one that is untagged; one whose model has no price; a lost usage. */
const rows: readonly string[] = [
  entry({
    kind: 'charge',
    minutesAgo: 120,
    team: 'search',
    requests: 1,
    input: 1000,
    read: 400,
    cost: '0.5',
    without: '0.75',
  }),
  entry({
    kind: 'adjustment',
    reason: 'twin',
    minutesAgo: 60,
    team: 'search',
    requests: -1,
    input: -1000,
    read: -400,
    cost: '-0.5',
    without: '-0.75',
  }),
  entry({
    kind: 'adjustment',
    reason: 'twin',
    minutesAgo: 60,
    team: 'search',
    requests: 1,
    input: 1000,
    read: 500,
    cost: '0.4',
    without: '0.75',
  }),
  entry({
    kind: 'charge',
    minutesAgo: 120,
    team: 'untagged',
    model: 'claude-sonnet-4-5',
    requests: 1,
    input: 3000,
    read: 0,
    cost: '1.2',
    without: '1.2',
  }),
  entry({
    kind: 'charge',
    minutesAgo: 120,
    team: 'search',
    model: 'brand-new',
    requests: 1,
    input: 500,
    read: 0,
    cost: '0',
    without: '0',
    unpriced: 1,
  }),
  lost({ kind: 'accrual', requests: 1, accrued: '0', basis: '' }),
  lost({ kind: 'adjustment', requests: -1, accrued: '0', basis: '' }),
  lost({ kind: 'adjustment', requests: 1, accrued: '0.02', basis: '{"by":"series"}' }),
]

/** What the page's queries must answer, by their heading. */
const answers: Readonly<Record<string, readonly object[]>> = {
  'Spend by team this month': [
    { team: 'untagged', usd: '1.2', requests: '1', unpriced: '0' },
    { team: 'search', usd: '0.4', requests: '2', unpriced: '1' },
    { team: 'lost', usd: '0', requests: '1', unpriced: '1' },
  ],
  'What has no price': [
    { provider: 'openai', model: 'brand-new', requests: '1', tokens: '600' },
    { provider: 'openai', model: 'gpt-4o', requests: '1', tokens: '0' },
  ],
  'How much of the spend is tagged': [{ untagged_usd: '1.2', usd: '1.6', tagged_share: 0.25 }],
  'Which services do not say whose their spend is': [
    { service: '', requests: '4', usd: '1.6', unpriced: '2', with_team: 0.25, with_feature: 1, with_user: 0 },
  ],
  'What a request costs, by model': [
    { model: 'claude-sonnet-4-5', requests: '1', usd_per_request: 1.2 },
    { model: 'gpt-4o', requests: '1', usd_per_request: 0.4 },
  ],
  'What caching saves': [{ feature: 'summaries', usd: '1.6', saved_usd: '0.35', hit_ratio: 0.111 }],
  'As known at a time': [
    { model: 'claude-sonnet-4-5', requests: '1', usd: '1.2', unpriced: '0' },
    { model: 'gpt-4o', requests: '2', usd: '0.5', unpriced: '1' },
    { model: 'brand-new', requests: '1', usd: '0', unpriced: '1' },
  ],
  'As known then, and as corrected since': [{ as_known: '1.7', as_corrected: '1.6' }],
  'What requests without usage may have cost': [
    { model: 'gpt-4o', estimated_by: 'series', lost: '1', estimated_usd: '0.02' },
  ],
  'What was corrected, and why': [
    { reason: 'accrual_estimated', corrections: '1', net_requests: '0', usd: '0' },
    { reason: 'twin', corrections: '1', net_requests: '0', usd: '-0.1' },
  ],
  'The dearest requests of today': [
    { model: 'claude-sonnet-4-5', cost: '1.2' },
    { model: 'gpt-4o', cost: '0.5' },
    { model: 'brand-new', cost: '0' },
  ],
  'Latency of a model': [
    { model: 'brand-new', p50: 800 },
    { model: 'claude-sonnet-4-5', p50: 800 },
    { model: 'gpt-4o', p50: 800 },
  ],
  'Do the parts sum to the whole': [],
}

let folder: string
let server: EmbeddedClickHouse
let clickhouse: ClickHouse

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spanledger-docs-'))
  server = createEmbeddedClickHouse({
    dataDir: folder,
    httpPort: 0,
    logger: createLogger({ name: 'test', level: 'silent' }),
  })
  await server.start()
  clickhouse = createClickHouse({
    url: server.url,
    user: server.user,
    password: server.password,
    database: 'spanledger',
  })
  await migrate(clickhouse)
  for (const row of rows) await clickhouse.command(`INSERT INTO ledger (${columns}) SELECT ${row}`)
})

afterAll(async () => {
  await clickhouse?.close()
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

test('every query of docs/sql.md is checked here', () => {
  expect(Object.keys(answers)).toEqual([...queries.keys()])
})

test.each([...queries])('%s', async (heading, sql) => {
  const [clock] = await clickhouse.query<{ known_at: string; from: string; to: string }>(
    `SELECT toString(now64(3, 'UTC') - INTERVAL 90 MINUTE) AS known_at, toString(today()) AS from, toString(today() + 1) AS to`,
  )
  const found = await clickhouse.query<Record<string, unknown>>(sql, sql.includes('known_at') ? clock : {})
  const expected = answers[heading] as readonly Record<string, unknown>[]
  expect(found).toHaveLength(expected.length)
  expect(found).toMatchObject([...expected])
})

test('the way in that the page shows is open: the read-only user, by its headers', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/sql.md'), 'utf8')
  const file = /\$\(cat \.spanledger\/([\w/-]+)\)/.exec(page)?.[1] as string
  const key = await readFile(join(folder, file), 'utf8')
  const headers = { 'X-ClickHouse-User': 'grafana', 'X-ClickHouse-Key': key.trim() }
  const response = await fetch(`${server.url}/?database=spanledger`, {
    method: 'POST',
    headers,
    body: queries.get('Spend by team this month') as string,
  })
  expect(await response.text()).toBe('untagged\t1.2\t1\t0\nsearch\t0.4\t2\t1\nlost\t0\t1\t1\n')
})

test('no query divides a Decimal by a Decimal', () => {
  const division = /(?:^|[^*/])\/(?![*/])/
  for (const [heading, sql] of queries) {
    for (const line of sql.split('\n').filter((text) => division.test(text) && /cost|usd/.test(text))) {
      expect(`${heading}: ${line}`).toMatch(/toFloat64/)
    }
  }
})

async function queriesOf(file: string): Promise<Map<string, string>> {
  const sections = (await readFile(file, 'utf8')).split(/^## /m).slice(1)
  return new Map(
    sections.map((section) => [
      section.slice(0, section.indexOf('\n')),
      /```sql\n([\s\S]*?)```/.exec(section)?.[1]?.trim() ?? `a section without a query: ${section}`,
    ]),
  )
}

/** An entry of a request of which nobody reported the usage. */
function lost({ kind, requests, accrued, basis }: { kind: string; requests: number; accrued: string; basis: string }) {
  const reason = kind === 'accrual' ? '' : 'accrual_estimated'
  return entry({
    kind,
    reason,
    // Not of the last hour's window of what was known.
    minutesAgo: 120,
    team: 'lost',
    requests,
    input: 0,
    read: 0,
    cost: '0',
    without: '0',
    unpriced: requests,
    accrued,
    basis,
  })
}

function entry(row: {
  kind: string
  reason?: string
  minutesAgo: number
  team: string
  model?: string
  requests: number
  input: number
  read: number
  cost: string
  without: string
  unpriced?: number
  accrued?: string
  basis?: string
}): string {
  const {
    kind,
    reason = '',
    minutesAgo,
    team,
    model = 'gpt-4o',
    requests,
    input,
    read,
    cost,
    without,
    unpriced = 0,
    accrued = '0',
    basis = '',
  } = row
  // today even when the test runs just after midnight
  const at = 'toStartOfDay(now())'
  const output = input === 0 ? 0 : requests * 100
  const state = unpriced ? 'unpriced' : 'priced'
  const latency = kind === 'charge' ? 800 : 'NULL'
  return (
    `'${kind}', '${reason}', 0, ${at}, ${at}, ${at}, today(), now64(3) - INTERVAL ${minutesAgo} MINUTE, 'openai', '${model}', ` +
    `'${team}', 'summaries', 'default', ${requests}, ${input}, ${input - read}, ${read}, ${output}, ` +
    `'${cost}', '${cost}', 0, 0, '${without}', '${state}', ${unpriced}, ${unpriced * (input + output)}, ${latency}, generateUUIDv4(), '${accrued}', '${basis}', [${basis || kind === 'accrual' || reason === 'accrual_estimated' ? "'USAGE_MISSING'" : ''}]`
  )
}

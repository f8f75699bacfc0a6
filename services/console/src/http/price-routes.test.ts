import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import {
  priceCheckSchema,
  pricePreviewAnswerSchema,
  type Prices,
  pricesSavedSchema,
  pricesSchema,
} from '@spanledger/schemas/api/prices'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createConsole } from '../service.ts'
import { testPrices } from '../testing/test-prices.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spanledger-prices-'))
  path = join(folder, 'spanledger.yaml')
  writeFileSync(path, file)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const file = `# ours
alerts: { every_seconds: 20 }
prices:
  contracts:
    - { id: K, provider: openai, model_pattern: "*", discount_percent: "12.5", effective_from: 2026-01-01, scope: { team: search } }
    - { id: L, provider: x, model_pattern: m, prices: { input_tokens: { price: "2", per: 1000000 } }, currency: EUR, effective_from: 2025-01-01, effective_to: 2026-01-01 }
  rows: [{ provider: ours, model: m, free: true, from: 2999-01-01, service_tier: batch }]
  rates: [{ base: EUR, quote: USD, date: 2025-01-01, rate: "1.04", source: bank }]
`
const better = 'prices:\n  rows: [{ provider: ours, model: m, free: true }]\n'

function consoleOn(file: string | undefined = path, host = '127.0.0.1') {
  const used = { version: 'cccc000011112222', since: '1763632800000' }
  return createConsole({
    clickhouse: { query: async <Row>(sql: string) => (sql.includes('price_uses') ? [used as Row] : []) },
    explain: async () => null,
    prices: testPrices(file),
    logger: createLogger({ name: 'test', level: 'silent' }),
    metrics: createMetrics(),
    options: { host, port: 0, timeZone: 'UTC', doorUrl: '', webDir: folder },
  })
}

type Ask = Readonly<{
  method?: string
  text?: unknown
  headers?: Readonly<Record<string, string>>
  on?: ReturnType<typeof consoleOn>
}> // prettier-ignore

async function ask(where: string, { method = 'POST', text = better, headers = {}, on = consoleOn() }: Ask = {}) {
  const response = await on.app.request(`/api/v1/prices${where}`, {
    method,
    headers: { host: 'localhost:4320', 'content-type': 'application/json', ...headers },
    ...(method !== 'GET' && { body: JSON.stringify({ text }) }),
  })
  return { status: response.status, body: (await response.json()) as unknown }
}

const read = async (on = consoleOn()) => pricesSchema.parse((await ask('', { method: 'GET', on })).body)
const save = async (etag: string, more: Ask = {}) =>
  ask('', { method: 'PUT', ...more, headers: { 'if-match': `"${etag}"`, ...more.headers } })

test('what is in force is shown in words, with the section as it is written and where it comes from', async () => {
  const prices: Prices = await read()
  expect(prices).toMatchObject({
    version: 'aaaa000011112222',
    charging: { version: 'cccc000011112222', since: '2025-11-20T10:00:00.000Z' },
    file: { path, refused: null },
    section: { line: 3, text: file.slice(file.indexOf('prices:')) },
    read_only: null,
    contracts: [
      { id: 'K', scope: ['team search'], terms: ['12.5 % off the list price'], state: 'in_force', to: null },
      { id: 'L', terms: ['input tokens 2 EUR / million'], state: 'over' },
    ],
    rows: [{ only: ['batch'], prices: ['free'], state: 'later' }],
    rates: [{ rate: '1.04' }],
  })
})

test('a file that is not in force says why, with the lines of the file', async () => {
  const on = consoleOn()
  writeFileSync(path, file.replace('"12.5"', '12.5'))
  const { file: state, section, contracts } = await read(on)
  expect(contracts).toHaveLength(2)
  expect(state.refused?.problems).toMatchObject([{ line: 5, problem: expect.stringContaining('write "12.5"') }])
  expect(section?.line).toBe(3)
})

test('a text is checked with its own lines, and tried before it is saved', async () => {
  const wrong = await ask('/check', { text: 'prices:\n  rows:\n    - { provider: a, model: b }\n' })
  expect(priceCheckSchema.parse(wrong.body).problems).toEqual([
    { line: 3, problem: expect.stringMatching(/^prices\.rows\[0\] has no price/) },
  ])
  expect((await ask('/check')).body).toEqual({ problems: [] })
  expect(pricePreviewAnswerSchema.parse((await ask('/preview')).body).preview?.total.changed).toBe('5310')
  expect((await ask('/preview', { text: 'prices: [' })).body).toMatchObject({ preview: null, problems: [{ line: 1 }] })
  expect(readFileSync(path, 'utf8')).toBe(file)
})

test('saving changes the section alone, and only of the file that was read', async () => {
  const { section } = await read()
  const etag = section?.etag ?? ''
  expect(await save('another')).toMatchObject({ status: 412, body: { error: { code: 'CONFIG_FILE_CHANGED' } } })
  expect(await save(etag, { text: 'prices: 3' })).toMatchObject({ status: 422 })
  expect(await ask('', { method: 'PUT' })).toMatchObject({ status: 428 })
  expect(readFileSync(path, 'utf8')).toBe(file)
  const saved = await save(etag)
  expect(saved.status).toBe(200)
  expect(readFileSync(path, 'utf8')).toBe(file.slice(0, file.indexOf('prices:')) + better)
  expect((await read()).section?.etag).toBe(pricesSavedSchema.parse(saved.body).etag)
  expect((await save(etag)).status).toBe(412)
})

test('no other page can make a browser save, check or try prices', async () => {
  const etag = (await read()).section?.etag ?? ''
  for (const headers of [
    { origin: 'http://evil.example' },
    { origin: 'http://localhost:9999' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/x-www-form-urlencoded' },
  ]) {
    expect(await save(etag, { headers })).toMatchObject({ status: 403, body: { error: { code: 'ORIGIN_FORBIDDEN' } } })
    expect((await ask('/check', { headers })).status).toBe(403)
    expect((await ask('/preview', { headers })).status).toBe(403)
  }
  expect(await save(etag, { headers: { host: 'evil.example:4320' } })).toMatchObject({ status: 403 })
  expect(readFileSync(path, 'utf8')).toBe(file)
  const own = { origin: 'http://localhost:4320', 'sec-fetch-site': 'same-origin' }
  expect((await save(etag, { headers: own })).status).toBe(200)
})

test('a console that others can reach saves nothing, and says what to do instead', async () => {
  const on = consoleOn(path, '0.0.0.0')
  const { section, read_only } = await read(on)
  expect(read_only).toContain('put the text into the file itself')
  expect(await save(section?.etag ?? '', { on })).toMatchObject({
    status: 403,
    body: { error: { code: 'CONFIG_READ_ONLY' } },
  }) // prettier-ignore
  expect((await ask('/preview', { on })).status).toBe(200)
  expect(readFileSync(path, 'utf8')).toBe(file)
})

test('without a file prices can be tried, and not saved', async () => {
  const on = createOnNothing()
  expect(await read(on)).toMatchObject({
    section: null,
    file: { path: null },
    read_only: expect.stringContaining('SPANLEDGER_CONFIG'),
  }) // prettier-ignore
  expect((await ask('/check', { on })).body).toEqual({ problems: [] })
  expect((await save('any', { on })).status).toBe(403)
})

function createOnNothing() {
  return createConsole({
    clickhouse: { query: async () => [] },
    explain: async () => null,
    prices: testPrices(undefined),
    logger: createLogger({ name: 'test', level: 'silent' }),
    metrics: createMetrics(),
    options: { host: '127.0.0.1', port: 0, timeZone: 'UTC', doorUrl: '', webDir: folder },
  })
}

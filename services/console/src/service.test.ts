import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SpanledgerError } from '@spanledger/runtime/errors'
import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { describeServiceContract } from '@spanledger/runtime/testing/service-contract'
import type { Explanation } from '@spanledger/schemas/api/explanation'
import { afterAll, expect, test } from 'vitest'
import type { LedgerReader } from './ports.ts'
import { type ConsoleOptions, createConsole } from './service.ts'

const webDir = mkdtempSync(join(tmpdir(), 'spanledger-web-'))
mkdirSync(join(webDir, 'assets'))
writeFileSync(join(webDir, 'index.html'), '<!doctype html><title>page</title>')
writeFileSync(join(webDir, 'assets', 'app-1a2b.js'), 'export {}')
writeFileSync(join(webDir, 'secret.env'), 'not for the web')
mkdirSync(join(webDir, 'runbooks'))
for (const name of ['index', 'unknown', 'unpriced']) {
  writeFileSync(join(webDir, 'runbooks', `${name}.html`), `<!doctype html><title>${name}</title>`)
}
afterAll(() => rmSync(webDir, { recursive: true }))

const nothing: LedgerReader = { query: async () => [] }
const down: LedgerReader = {
  query: async () => {
    throw new SpanledgerError('CLICKHOUSE_UNREACHABLE', 'ClickHouse does not answer', {
      retryable: true,
      hint: 'is it running?',
    })
  },
}

function create(reader: LedgerReader = nothing, options: Partial<ConsoleOptions> = {}, explained: unknown = null) {
  return createConsole({
    clickhouse: reader,
    explain: async () => explained as Explanation | null,
    logger: createLogger({ name: 'test', level: 'silent' }),
    metrics: createMetrics(),
    options: { host: '127.0.0.1', port: 0, timeZone: 'UTC', doorUrl: 'http://127.0.0.1:4318', webDir, ...options },
  })
}

function get(path: string, parts = create(), headers: Record<string, string> = {}) {
  return parts.app.request(path, { headers: { host: 'localhost:4320', ...headers } })
}

describeServiceContract('the console', {
  create: () => create(),
  createBroken: async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    afterAll(() => taken.close())
    return create(nothing, { port: (taken.address() as { port: number }).port })
  },
})

test.each([
  ['/api/v1/summary?range=2h', /range: .*15m/],
  ['/api/v1/summary?range=1h&range=6h', /range: given more than once/],
  ['/api/v1/summary?colour=red', /colour/],
  ['/api/v1/summary?from=yesterday&to=2026-01-01T00:00:00Z', /from: .*ISO/],
  ['/api/v1/summary?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', /from must be before to/],
  ['/api/v1/spend?by=user', /by: .*model/],
  ["/api/v1/spend?by=model'%20OR%201", /by: /],
  ['/api/v1/charges?limit=100000', /limit: .*200/],
  ['/api/v1/charges?limit=ten&filter=x', /limit: .*filter: /],
  ['/api/v1/charges?from=2026-01-01T00:00:00Z', /from and to go together/],
  ['/api/v1/charges/%00', /visible ASCII/],
  ['/api/v1/alerts?state=open,shut', /state: .*resolved/],
  ['/api/v1/alerts?kind=anything&limit=501', /kind: .*spend_spike.*limit: .*500/],
  ['/api/v1/alerts/%00', /visible ASCII/],
])('%s is answered 400 with what is wrong', async (path, message) => {
  const response = await get(path)
  expect(response.status).toBe(400)
  const { error } = await response.json()
  expect(error.message).toMatch(message)
  expect(error.hint).toContain('openapi')
})

test('an unknown charge and an unknown path are 404 with a reason', async () => {
  expect((await get('/api/v1/charges/abc')).status).toBe(404)
  expect(await (await get('/api/v1/alerts/abc')).json()).toMatchObject({ error: { code: 'ALERT_UNKNOWN' } })
  expect(await (await get('/api/v1/nothing')).json()).toMatchObject({ error: { code: 'ROUTE_UNKNOWN' } })
  expect((await get('/api/v1/charges/abc', create(nothing, {}, { entry_id: 'abc' }))).status).toBe(200)
})

test('while ClickHouse is away the API answers 503 with a hint, and the page is still served', async () => {
  const parts = create(down)
  const response = await get('/api/v1/summary', parts)
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('2')
  expect(await response.json()).toMatchObject({ error: { code: 'CLICKHOUSE_UNREACHABLE', hint: 'is it running?' } })
  expect((await get('/', parts)).status).toBe(200)
  expect((await get('/readyz', parts)).status).toBe(503)
  expect((await get('/healthz', parts)).status).toBe(200)
})

test('an unforeseen error tells nothing of its insides', async () => {
  const response = await get('/api/v1/status', create({ query: () => Promise.reject(new Error('password=1')) }))
  expect(response.status).toBe(500)
  expect(await response.text()).not.toContain('password')
})

test('on loopback it answers to loopback names only, whatever a foreign name resolves to', async () => {
  for (const host of ['localhost:4320', '127.0.0.1:4320', '[::1]:4320', 'LOCALHOST']) {
    expect((await get('/api/v1/status', create(), { host })).status).toBe(200)
  }
  for (const host of ['evil.example:4320', 'localhost.evil.example', '127.0.0.1.evil.example', '']) {
    const response = await get('/api/v1/status', create(), { host })
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ error: { code: 'HOST_FORBIDDEN' } })
  }
  expect((await get('/', create(nothing, { host: '0.0.0.0' }), { host: 'ledger.example' })).status).toBe(200)
})

test('a foreign name is refused over a real connection too', async () => {
  const parts = create()
  await parts.start()
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const asked = request({
      host: '127.0.0.1',
      port: parts.port,
      path: '/api/v1/status',
      headers: { host: 'evil.example' },
    })
    asked.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject)
    asked.end()
  })
  await parts.stop()
  expect(status).toBe(403)
})

test('every answer forbids foreign code, framing and guessing of types', async () => {
  for (const path of ['/', '/api/v1/status', '/api/v1/summary?range=x', '/nothing', '/healthz']) {
    const { headers } = await get(path)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'; style-src 'self';")
    expect(headers.get('content-security-policy')).not.toContain('unsafe')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('access-control-allow-origin')).toBeNull()
  }
})

test('built files are kept for ever, the page is asked for again, and nothing else is served', async () => {
  const asset = await get('/assets/app-1a2b.js')
  expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(asset.headers.get('content-type')).toContain('text/javascript')
  const page = await get('/')
  expect(page.headers.get('cache-control')).toBe('no-cache')
  const etag = page.headers.get('etag') as string
  expect((await get('/', create(), { 'if-none-match': etag })).status).toBe(304)
  for (const path of ['/secret.env', '/../package.json', '/%2e%2e/package.json', '/assets/', '/assets/../../x']) {
    expect((await get(path)).status).toBe(404)
  }
  expect((await get('/api/v1/status')).headers.get('cache-control')).toBe('no-store')
})

test('a runbook is a page, and a name that none has is 404 with the list of all', async () => {
  const titles: string[] = []
  for (const path of ['/runbooks/unpriced', '/runbooks', '/runbooks/', '/runbooks/nothing', '/runbooks/..%2findex']) {
    const response = await get(path)
    const title = /<title>(.*)<\/title>/.exec(await response.text())?.[1]
    titles.push(`${response.status} ${title ?? ''}`)
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  }
  expect(titles).toEqual(['200 unpriced', '200 index', '200 index', '404 unknown', '404 unknown'])
})

test('a page that was not built says how to build it', async () => {
  const response = await get('/', create(nothing, { webDir: join(webDir, 'absent') }))
  expect(response.status).toBe(503)
  expect(await response.text()).toContain('build:web')
})

test('the API describes itself', async () => {
  const document = await (await get('/api/v1/openapi.json')).json()
  expect(Object.keys(document.paths)).toHaveLength(13)
  expect(document.paths['/api/v1/prices'].put.parameters[0]).toMatchObject({ name: 'If-Match', in: 'header' })
  expect(JSON.stringify(document.paths['/api/v1/spend'].get.parameters)).toContain('"customer"')
})

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCaptured } from './testing/run-captured.ts'

let dir = ''
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'spanledger-cli-'))
})
afterAll(() => rmSync(dir, { recursive: true }))

function run(args: string[], env: Record<string, string> = {}) {
  return runCaptured(args, { SPANLEDGER_DATA_DIR: join(dir, 'data'), ...env })
}

test('help lists every command and exits with 0', async () => {
  const { code, out } = await run(['--help'])
  expect(code).toBe(0)
  for (const name of ['up', 'run', 'replay', 'price', 'explain', 'topics', 'doctor'])
    expect(out).toMatch(new RegExp(`^  ${name} `, 'm'))
})

test('--version prints the version', async () => {
  expect(await run(['--version'])).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+/) })
})

test.each(['up', 'run', 'replay', 'price', 'explain', 'topics', 'doctor'])(
  '%s --help shows an example',
  async (name) => {
    const { code, out } = await run([name, '--help'])
    expect(code).toBe(0)
    expect(out).toMatch(/Examples?:\n {2}\$ .*spanledger/)
  },
)

test.each([
  [['repaly'], /unknown command 'repaly'[^]*Did you mean replay/],
  [['reprice', '--dry-run'], /required option '--from <time>' not specified/],
  [['rejected', 'list'], /rejected is not in this version yet/],
  [['replay'], /missing required argument 'trace'/],
  [['replay', 'azure-code', '--as', 'smoke'], /Allowed choices are events, spans, both/],
  [['replay', 'azure-code', '--speed', '-3'], /give a number above 0/],
  [['replay', 'azure-code', '--end-at', 'tomorrow'], /give a time such as/],
  [['replay', 'azure-code', '--to', 'localhost:4318'], /give a URL such as/],
  [['run', 'everything'], /Allowed choices are collector, ledger, .*console/],
  [['up', '--seed', '3'], /--seed is for the demo[^]*add --demo/],
  [['topics', '--partitions', '1.5'], /give a whole number above 0/],
  [['price'], /nothing to price[^]*what to do: give --provider/],
  [['price', '--model', 'gpt-4o'], /--provider is missing/],
  [['price', '--cases', '/no/such/file'], /cannot read \/no\/such\/file/],
])('%j is wrong usage: it says what is wrong and exits with 2', async (args, message) => {
  const { code, err } = await run(args)
  expect(err).toMatch(message)
  expect(code).toBe(2)
})

test.each([
  [['replay', 'no-such-trace'], /no trace called "no-such-trace"[^]*TRACE_NOT_FOUND[^]*azure-code/],
  [['explain', 'x'], /no spanledger runs in[^]*what to do: start it/],
  [['run', 'console'], /CLICKHOUSE_URL_MISSING[^]*spanledger up/],
])('%j fails: it says what is wrong and what to do, and exits with 1', async (args, message) => {
  const { code, err } = await run(args)
  expect(err).toMatch(message)
  expect(err).not.toMatch(/^\s+at /m)
  expect(code).toBe(1)
})

test('--verbose adds the stack', async () => {
  expect((await run(['--verbose', 'replay', 'no-such-trace'])).err).toMatch(/^\s+at /m)
})

test('a misspelt variable is named, with the one that was meant', async () => {
  const { code, err } = await run(['up'], { SPANLEDGER_CONSOL_PORT: '1' })
  expect(err).toMatch(/SPANLEDGER_CONSOL_PORT[^]*SPANLEDGER_CONSOLE_PORT/)
  expect(code).toBe(1)
})

test('price prints lines that sum to the total', async () => {
  const usage = ['--input', '1000', '--cache-read', '200', '--output', '100']
  const { code, out } = await run(['price', '--provider', 'openai', '--model', 'gpt-4o', ...usage])
  expect(code).toBe(0)
  expect(out).toMatch(/priced, 0\.00325 USD/)
  expect(out).toMatch(/cache_read_tokens +200 +1\.25 +1000000 +0\.00025/)
})

test('price takes the prices of the configuration file', async () => {
  const path = join(dir, 'prices.yaml')
  const contract = '{ id: K, provider: openai, model_pattern: "*", discount_percent: "50", effective_from: 2024-01-01 }'
  writeFileSync(path, `prices:\n  contracts: [${contract}]\n`)
  const usage = ['price', '--provider', 'openai', '--model', 'gpt-4o', '--input', '1000']
  for (const [args, env] of [
    [[...usage, '--config', path], {}],
    [usage, { SPANLEDGER_CONFIG: path }],
  ] as const) {
    expect((await run([...args], env)).out).toMatch(/priced, 0\.00125 USD/)
  }
  writeFileSync(path, 'prices:\n  contracts: [{ id: K }]\n')
  const { code, err } = await run([...usage, '--config', path])
  expect(code).toBe(1)
  expect(err).toMatch(/prices\.yaml:2: prices\.contracts\[0\]\.provider is missing/)
})

test('price says which contract made a price, and what rate a currency was taken at', async () => {
  const path = join(dir, 'euros.yaml')
  writeFileSync(
    path,
    `prices:
  contracts: [{ id: K, provider: openai, model_pattern: "*", discount_percent: "50", effective_from: 2024-01-01, scope: { team: search } }]
  rows: [{ provider: mistral, model: ours, currency: EUR, meters: { input_tokens: { price: "2", per: 1000000 } } }]
  rates: [{ base: EUR, quote: USD, date: "2026-11-02", rate: "1.085", source: ECB }]
`,
  )
  const usage = ['--config', path, '--input', '1000', '--at', '2026-11-02T12:00:00Z']
  const discounted = await run(['price', '--provider', 'openai', '--model', 'gpt-4o', '--team', 'search', ...usage])
  expect(discounted.out).toMatch(/priced, 0\.00125 USD[^]*contract K, list price 0\.0025 USD/)
  const converted = await run(['price', '--provider', 'mistral', '--model', 'ours', ...usage])
  expect(converted.out).toMatch(/priced, 0\.00217 USD[^]*input_tokens: 2 EUR, at 1\.085 \(EUR\/USD@2026-11-02 ECB\)/)
})

test('price --cases prints one JSON line per case, in order', async () => {
  const path = join(dir, 'cases.jsonl')
  const at = '2026-11-02T12:00:00Z'
  const cases = [
    { id: 'a', provider: 'openai', model: 'gpt-4o', at, usage: { input_tokens: 1000, output_tokens: 500 } },
    { id: 'b', provider: 'openai', model: 'gpt-99-ultra', at, usage: { input_tokens: 1 } },
    { id: 'c', provider: 'openai', model: 'gpt-4o', at, usage: { input_tokens: -1 } },
  ]
  writeFileSync(path, cases.map((each) => JSON.stringify(each)).join('\n'))
  const { code, out } = await run(['price', '--cases', path])
  expect(code).toBe(0)
  expect(out.split('\n').map((line) => JSON.parse(line))).toMatchObject([
    { id: 'a', status: 'priced', usd: '0.0075', list_usd: '0.0075' },
    { id: 'b', status: 'unpriced', usd: null },
    { id: 'c', status: 'rejected', usd: null, warnings: ['USAGE_NEGATIVE'] },
  ])
})

test('a case whose overrides cannot be read names its line and what is wrong', async () => {
  const path = join(dir, 'overrides.jsonl')
  const contract = {
    id: 'K',
    provider: 'openai',
    model_pattern: '*',
    discount_percent: '-5',
    effective_from: '2026-01-01',
  }
  const usage = { input_tokens: 1 }
  const one = {
    provider: 'openai',
    model: 'gpt-4o',
    at: '2026-11-02T12:00:00Z',
    usage,
    overrides: { contracts: [contract] },
  }
  writeFileSync(path, JSON.stringify(one))
  const { code, err } = await run(['price', '--cases', path])
  expect(code).toBe(2)
  expect(err).toMatch(/overrides\.jsonl, line 1: contract K: discount_percent: not a plain decimal: "-5"/)
})

test('a case that is not JSON names its line', async () => {
  const path = join(dir, 'bad.jsonl')
  writeFileSync(path, '{"provider": "openai", "model": "gpt-4o"}\n{"provider"')
  const { code, err } = await run(['price', '--cases', path])
  expect(err).toMatch(/bad\.jsonl, line 2/)
  expect(code).toBe(2)
})

test('doctor reports every configuration problem at once and exits with 1', async () => {
  const { code, out } = await run(['doctor'], { SPANLEDGER_CONSOLE_PORT: 'x', SPANLEDGER_TIMEZONE: 'Mars/Base' })
  expect(code).toBe(1)
  expect(out).toMatch(/FAILED {2}configuration: SPANLEDGER_CONSOLE_PORT/)
  expect(out).toMatch(/FAILED {2}configuration: SPANLEDGER_TIMEZONE/)
  expect(out).toMatch(/what to do:/)
})

test('doctor looks at the demo when that is what runs', async () => {
  const demo = join(dir, 'with-demo', 'demo')
  mkdirSync(join(demo, 'clickhouse'), { recursive: true })
  writeFileSync(join(demo, 'clickhouse', 'password'), 'x')
  const nowhere = 'http://127.0.0.1:1'
  const found = {
    pid: process.pid,
    doorUrl: nowhere,
    consoleUrl: nowhere,
    clickhouse: { url: nowhere, user: 'default' },
  }
  writeFileSync(join(demo, 'run.json'), JSON.stringify(found))
  const { out } = await run(['doctor'], { SPANLEDGER_DATA_DIR: join(dir, 'with-demo') })
  expect(out).toContain(`data directory: ${demo}`)
  expect(out).toContain(`door: ${nowhere} does not answer`)
})

test('doctor without a running spanledger looks at the machine, in JSON when asked', async () => {
  const ports = {
    SPANLEDGER_OTLP_HTTP_PORT: '0',
    SPANLEDGER_OTLP_GRPC_PORT: '0',
    SPANLEDGER_CONSOLE_PORT: '0',
    SPANLEDGER_CLICKHOUSE_HTTP_PORT: '0',
  }
  const { code, out } = await run(['doctor', '--json'], ports)
  const { ok, checks } = JSON.parse(out) as { ok: boolean; checks: { name: string; state: string }[] }
  expect(checks.map((check) => check.name)).toEqual(
    expect.arrayContaining(['configuration', 'node', 'engine', 'data directory', 'disk', 'prices']),
  )
  expect(ok).toBe(code === 0)
})

test('a configuration file with problems keeps up from starting: each problem on its line, and what to do', async () => {
  const file = join(dir, 'broken.yaml')
  writeFileSync(file, 'alert: {}\nalerts:\n  every_seconds: soon\n')
  const free = { SPANLEDGER_OTLP_HTTP_PORT: '0', SPANLEDGER_OTLP_GRPC_PORT: '0', SPANLEDGER_CONSOLE_PORT: '0' }
  const { code, err } = await run(['up'], { ...free, SPANLEDGER_CLICKHOUSE_HTTP_PORT: '0', SPANLEDGER_CONFIG: file })
  expect(err).toContain(`${file}:1: alert is not a section: did you mean alerts?`)
  expect(err).toContain(`${file}:3: alerts.every_seconds is "soon": it takes a number above 0 to 3600`)
  expect(err).toContain('what to do: correct the file')
  expect(code).toBe(1)
})

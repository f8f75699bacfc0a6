import { createServer } from 'node:http'
import { freePorts } from '@spanledger/runtime/testing/free-ports'
import type { Explanation } from '@spanledger/schemas/api/explanation'
import { Decimal } from 'decimal.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { untilDrained } from '../harness/event-log.ts'
import { processesMentioning } from '../harness/processes.ts'
import { send } from '../harness/send.ts'
import { createSpanledger, runSpanledger, type Spanledger } from '../harness/spanledger.ts'
import { traffic } from '../harness/traffic.ts'

/** The commands that look at a running spanledger, and what `up` says when it cannot run. */
let spanledger: Spanledger
beforeAll(async () => {
  spanledger = await createSpanledger()
  await spanledger.start()
})
afterAll(() => spanledger?.dispose())

test('explain prints a charge whose lines recompute it, by response id, event id and entry id', async () => {
  const requests = await traffic('mooncake-conversation', { limit: 200 })
  await send(spanledger, requests, { as: 'events' })
  await untilDrained(spanledger.dataDir)
  const request = requests.find(({ cacheReadTokens, cacheWriteTokens }) => cacheReadTokens && cacheWriteTokens)
  const explained = await explain(request?.responseId ?? '')
  expect(explained.lines.map((line) => line.meter)).toEqual(
    expect.arrayContaining(['cache_read_tokens', 'output_tokens']),
  )
  let sum = new Decimal(0)
  for (const { quantity, unit_price, per, amount } of explained.lines) {
    expect(new Decimal(quantity).times(unit_price).div(per).toFixed(18)).toBe(new Decimal(amount).toFixed(18))
    sum = sum.plus(amount)
  }
  expect(sum.toFixed()).toBe(new Decimal(explained.cost).toFixed())
  expect(await explain(request?.eventId ?? '')).toEqual(explained)
  expect(await explain(explained.entry_id)).toEqual(explained)

  const { stdout } = await runSpanledger(['explain', explained.entry_id], { env: spanledger.env })
  for (const { meter, amount } of explained.lines) expect(stdout).toMatch(new RegExp(`${meter} .*${amount}`))
})

async function explain(id: string): Promise<Explanation> {
  const { code, stdout, stderr } = await runSpanledger(['explain', id, '--json'], { env: spanledger.env })
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as Explanation
}

test('explain says when there is no such charge, and exits with 1', async () => {
  const { code, stderr } = await runSpanledger(['explain', 'no-such-id'], { env: spanledger.env })
  expect(stderr).toMatch(/no charge "no-such-id".*\n.*what to do:/)
  expect(code).toBe(1)
})

test('doctor finds nothing wrong with a spanledger that runs', async () => {
  const { stdout, code } = await runSpanledger(['doctor', '--json'], { env: spanledger.env })
  const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string; message: string }[] }
  expect(checks.filter((check) => check.state === 'failed')).toEqual([])
  expect(checks.map((check) => check.name)).toEqual(expect.arrayContaining(['door', 'console', 'ClickHouse', 'schema']))
  expect(code).toBe(0)
})

test('a second spanledger on the same data directory is refused with one clear line', async () => {
  const [door, grpc, web, clickhouse] = await freePorts(4)
  const { code, stderr } = await runSpanledger(['up'], {
    env: {
      ...spanledger.env,
      SPANLEDGER_OTLP_HTTP_PORT: String(door),
      SPANLEDGER_OTLP_GRPC_PORT: String(grpc),
      SPANLEDGER_CONSOLE_PORT: String(web),
      SPANLEDGER_CLICKHOUSE_HTTP_PORT: String(clickhouse),
    },
  })
  expect(stderr).toMatch(/error: .*(in use|already).*\n {2}what to do:/)
  expect(code).toBe(1)
})

test('a busy port is one clear line that names it, and nothing is left running', async () => {
  const [busy, web, clickhouse] = (await freePorts(3)) as [number, number, number]
  const squatter = createServer()
  await new Promise<void>((resolve) => squatter.listen(busy, '127.0.0.1', resolve))
  const other = await createSpanledger({
    env: {
      SPANLEDGER_OTLP_HTTP_PORT: String(busy),
      SPANLEDGER_CONSOLE_PORT: String(web),
      SPANLEDGER_CLICKHOUSE_HTTP_PORT: String(clickhouse),
    },
  })
  try {
    const { code, stderr } = await runSpanledger(['up'], { env: other.env })
    expect(stderr).toMatch(new RegExp(`error: .*${busy}.*in use.*\\n {2}what to do:`))
    expect(stderr).not.toContain('starting ClickHouse')
    expect(code).toBe(1)
    expect(processesMentioning(other.dataDir)).toEqual([])
    const doctor = await runSpanledger(['doctor'], { env: other.env })
    expect(doctor.stdout).toMatch(new RegExp(`FAILED  port of door: .*${busy} is taken`))
    expect(doctor.code).toBe(1)
  } finally {
    await other.dispose()
    squatter.close()
  }
})

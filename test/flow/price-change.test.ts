import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { untilDrained } from '../harness/event-log.ts'
import { createSpanledger, type Spanledger } from '../harness/spanledger.ts'
import { until } from '../harness/until.ts'

/** Prices of the configuration file, which change while everything runs. */
let spanledger: Spanledger
beforeAll(async () => {
  spanledger = await createSpanledger()
  configure('{}')
  await spanledger.start()
})
afterAll(() => spanledger?.dispose())

const configure = (prices: string) => writeFileSync(join(spanledger.dir, 'spanledger.yaml'), `prices: ${prices}\n`)
const rows = (usd: string) =>
  `{ rows: [{ provider: house, model: m1, meters: { input_tokens: { usd: ${usd}, per: 1000000 } } }] }`
const metrics = async () => (await fetch(`${spanledger.doorUrl}/metrics`)).text()
const version = async () => /^spanledger_price_version_info\{version="(\w+)"\} 1$/m.exec(await metrics())?.[1]

const at = new Date().toISOString()

async function send(id: string) {
  const event = { event_id: id, at, provider: 'house', model: 'm1' }
  await fetch(`${spanledger.doorUrl}/v1/usage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...event, usage: { input_tokens: 1_000_000 }, attribution: { session: id } }),
  })
  await untilDrained(spanledger.dataDir)
}

const charged = (id: string) =>
  spanledger.sql(
    `SELECT toString(sum(requests)) AS requests, toString(sum(cost)) AS cost, count() AS rows,
       argMax(price_version, revision) IN (SELECT price_version FROM spanledger.price_versions) AS known
     FROM spanledger.ledger WHERE session = '${id}' SETTINGS output_format_json_quote_64bit_integers = 0`,
  )

test('prices follow the file from the next request on; what was charged stays, also when it is reported again', async () => {
  const first = await version()
  configure(rows('"2.5"'))
  await until('the new prices', async () => (await version()) !== first)
  await send('one')
  expect(await charged('one')).toEqual([{ requests: '1', cost: '2.5', rows: 1, known: 1 }])

  const second = await version()
  configure(rows('"4"'))
  await until('the next prices', async () => (await version()) !== second)
  await send('one')
  await send('two')
  expect(await charged('one')).toEqual([{ requests: '1', cost: '2.5', rows: 1, known: 1 }])
  expect(await charged('two')).toEqual([{ requests: '1', cost: '4', rows: 1, known: 1 }])

  const third = await version()
  configure(rows('5'))
  await until('the mistake is counted', async () =>
    /^spanledger_config_reload_failures_total [1-9]/m.test(await metrics()),
  )
  await send('three')
  expect(await version()).toBe(third)
  expect(await charged('three')).toEqual([{ requests: '1', cost: '4', rows: 1, known: 1 }])
})

test('the console tries prices on what was charged, saves them, and the ledger charges with them', async () => {
  const dearer = await version()
  configure(`{} # by hand\nalerts: {}`)
  const page = `${spanledger.consoleUrl}/api/v1/prices`
  type Shown = { version: string; charging: { version: string }; section: { text: string; etag: string } }
  const shown = async () => (await (await fetch(page)).json()) as Shown
  await until('no prices', async () => (await version()) !== dearer)
  const before = await version()
  expect(await shown()).toMatchObject({ version: before, charging: { version: before } })
  const asked = (method: string, path: string, text: string, etag = '') =>
    fetch(`${page}${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'if-match': `"${etag}"` },
      body: JSON.stringify({ text }),
    })
  await send('four')

  const text = `prices:\n  ${rows('"6"').slice(2, -2)}\n`
  const answer = (await (await asked('POST', '/preview', text)).json()) as {
    preview: { total: unknown; models: unknown[] }
  }
  expect(answer.preview.total).toMatchObject({ cost_now: '0', newly_unpriced: '0' })
  expect(answer.preview.models).toMatchObject([{ provider: 'house', model: 'm1', unpriced_then: '0' }])
  expect((await charged('four'))[0]).toMatchObject({ cost: '0', rows: 1 })

  const saved = await asked('PUT', '', text, (await shown()).section.etag)
  expect(saved.status).toBe(200)
  expect(readFileSync(join(spanledger.dir, 'spanledger.yaml'), 'utf8')).toBe(`${text}alerts: {}\n`)
  await until('the saved prices', async () => (await version()) !== before)
  await send('five')
  expect((await charged('five'))[0]).toMatchObject({ requests: '1', cost: '6' })
  // what had no price is given the one that arrived
  await until('the correction', async () => (await charged('four'))[0]?.['cost'] === '6')
  expect((await charged('four'))[0]).toMatchObject({ requests: '1' })
})

import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { untilDrained } from '../harness/event-log.ts'
import { createSpanledger, type Spanledger } from '../harness/spanledger.ts'
import { until } from '../harness/until.ts'

/** Whose a request is, by a configuration that changes while everything runs. */
let spanledger: Spanledger
beforeAll(async () => {
  spanledger = await createSpanledger({ env: { SPANLEDGER_API_KEYS: 'k1:acme,k2:acme' } })
  configure('')
  await spanledger.start()
})
afterAll(() => spanledger?.dispose())

const configure = (attribution: string) =>
  writeFileSync(join(spanledger.dir, 'spanledger.yaml'), `attribution:\n${attribution}`)

async function send(key: string, id: string, tags: Record<string, string> = {}) {
  const ids = { event_id: id, at: new Date().toISOString(), provider: 'openai', model: 'gpt-4o' }
  const event = { ...ids, usage: { input_tokens: 1000 }, attribution: { session: id, tags } }
  const response = await fetch(`${spanledger.doorUrl}/v1/usage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(event),
  })
  return (await response.json()) as { accepted: number; rejected: { code: string }[] }
}

async function charged(id: string) {
  await untilDrained(spanledger.dataDir)
  return spanledger.sql(
    `SELECT toString(sum(requests)) AS requests, argMax(team, revision) AS team, argMax(environment, revision) AS environment
     FROM spanledger.ledger WHERE session = '${id}'`,
  )
}

test('rules, spellings, pins and strict mode follow the file; a mistake in it changes nothing', async () => {
  await send('k1', 'before')
  expect(await charged('before')).toEqual([{ requests: '1', team: 'untagged', environment: '' }])

  const hash = createHash('sha256').update('k1').digest('hex')
  configure(`  spellings: { team: [squad] }
  rules: [{ match: { attributes: { tier: gold } }, set: { team: gilded } }]
  require: [team]
  api_keys: [{ key_sha256: ${hash}, set: { environment: production } }]
`)
  await until('strict mode', async () => (await send('k2', 'lacking')).rejected[0]?.code === 'ATTRIBUTION_MISSING')
  expect((await send('k1', 'spelled', { squad: 'search' })).accepted).toBe(1)
  expect((await send('k2', 'ruled', { tier: 'gold' })).accepted).toBe(1)
  expect(await charged('spelled')).toEqual([{ requests: '1', team: 'search', environment: 'production' }])
  expect(await charged('ruled')).toEqual([{ requests: '1', team: 'gilded', environment: '' }])

  configure('  requires: [team]\n')
  const failures = 'spanledger_config_reload_failures_total'
  await until('the mistake is counted', async () => {
    const metrics = await (await fetch(`${spanledger.doorUrl}/metrics`)).text()
    return new RegExp(`^${failures} [1-9]`, 'm').test(metrics)
  })
  expect((await send('k2', 'still')).rejected[0]?.code).toBe('ATTRIBUTION_MISSING')
})

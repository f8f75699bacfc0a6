import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { untilDrained } from '../harness/event-log.ts'
import { createSpanledger } from '../harness/spanledger.ts'
import type { Sql } from '../harness/sql.ts'
import { type Capture, type CapturedRequest, readCaptures, type Tokens } from './captures.ts'
import { type Dollars, dollarsOf } from './dollars.ts'
import { type NaiveCounts, readNaively } from './naive-reader.ts'

/** What one tenant's ledger holds. */
export interface LedgerCounts {
  /** Requests that were not refused: charged, or waiting for their usage. */
  readonly requests: number
  readonly refused: number
  readonly tokens: Tokens
  /** USD, an exact decimal string. */
  readonly cost: string
}

export interface Measured {
  readonly capture: Capture
  readonly ledger: LedgerCounts
  /** The same capture, sent as JSON. */
  readonly ledgerOfJson: LedgerCounts
  readonly naive: NaiveCounts
  readonly dollars: Dollars
  /** Of the requests that were billed otherwise than the telemetry says. */
  readonly lost: readonly Lost[]
}

export interface Lost {
  readonly request: CapturedRequest
  /** On its charge; undefined: there is none, for nothing was sent of this request. */
  readonly warnings: readonly string[] | undefined
}

const types = { protobuf: 'application/x-protobuf', json: 'application/json' } as const
type Encoding = keyof typeof types

const tenantOf = ({ name }: Capture, encoding: Encoding) => `${name}-${encoding}`

/** Sends every capture to a real spanledger, each encoding under a tenant of its own, and reads back what was charged. */
export async function measure(): Promise<Measured[]> {
  const captures = readCaptures()
  const encodings = Object.keys(types) as Encoding[]
  const tenants = captures.flatMap((capture) => encodings.map((encoding) => tenantOf(capture, encoding)))
  const spanledger = await createSpanledger({
    env: { SPANLEDGER_API_KEYS: tenants.map((tenant) => `key-${tenant}:${tenant}`).join(',') },
  })
  writeFileSync(join(spanledger.dir, 'spanledger.yaml'), JSON.stringify({ prices: { aliases: aliasesOf(captures) } }))
  try {
    await spanledger.start()
    for (const capture of captures) for (const encoding of encodings) await post(spanledger.doorUrl, capture, encoding)
    await untilDrained(spanledger.dataDir)
    const counts = await readCounts(spanledger.sql)
    const charges = await readCharges(spanledger.sql)
    return captures.map((capture) => {
      const tenant = tenantOf(capture, 'protobuf')
      const of = charges.filter((charge) => charge.tenant === tenant)
      return {
        capture,
        ledger: counts.get(tenant) ?? nothing,
        ledgerOfJson: counts.get(tenantOf(capture, 'json')) ?? nothing,
        naive: readNaively(capture),
        dollars: dollarsOf(capture),
        lost: capture.requests
          .filter(({ billable, telemetry }) => billable && telemetry?.gap)
          .map((request) => ({ request, warnings: of.find((charge) => isOf(charge, request))?.warnings })),
      }
    })
  } finally {
    await spanledger.dispose()
  }
}

/**
 * The provider of the captures ran on this machine, and a host of one's own has no list price: as whoever calls a model
 * through a gateway of theirs, the configuration says what is behind it. It answered with snapshots that no list has.
 */
function aliasesOf(captures: readonly Capture[]) {
  const requests = captures.flatMap((capture) => capture.requests.filter(({ provider }) => provider === 'openai'))
  const models = new Map(
    requests.flatMap(({ request_model: asked = '', response_model: answered }) => [
      [asked, asked],
      [answered ?? asked, asked],
    ]),
  )
  // under either name: not every instrumentation says which host was called
  const of = (provider: string, named: readonly (readonly [string, string])[]) =>
    named.map(([model, asked]) => ({ provider, model, to: { provider: 'openai', model: asked } }))
  const own = [...models].filter(([model, asked]) => model !== asked)
  return [...of('openai-compatible:127.0.0.1', [...models]), ...of('openai', own)]
}

async function post(doorUrl: string, capture: Capture, encoding: Encoding): Promise<void> {
  for (const { signal, protobuf, json } of capture.bodies) {
    const isProtobuf = json === undefined || (encoding === 'protobuf' && protobuf !== undefined)
    const response = await fetch(`${doorUrl}/v1/${signal}`, {
      method: 'POST',
      headers: {
        'content-type': types[isProtobuf ? 'protobuf' : 'json'],
        authorization: `Bearer key-${tenantOf(capture, encoding)}`,
      },
      body: (isProtobuf ? protobuf : json) as BodyInit,
    })
    if (!response.ok) {
      throw new Error(`the door answered ${response.status} to ${signal} of ${capture.name}: ${await response.text()}`)
    }
  }
}

const tokenColumns: Readonly<Record<keyof Tokens, string>> = {
  input_uncached: 'uncached_tokens',
  cache_read: 'cache_read_tokens',
  cache_write_5m: 'cache_write_5m_tokens',
  cache_write_1h: 'cache_write_1h_tokens',
  cache_write_other: 'cache_write_tokens - cache_write_5m_tokens - cache_write_1h_tokens',
  output: 'output_tokens',
  reasoning: 'reasoning_tokens',
}
const tokenKinds = Object.keys(tokenColumns) as (keyof Tokens)[]

const nothing: LedgerCounts = {
  requests: 0,
  refused: 0,
  tokens: Object.fromEntries(tokenKinds.map((kind) => [kind, 0])) as unknown as Tokens,
  cost: '0',
}

async function readCounts(sql: Sql): Promise<Map<string, LedgerCounts>> {
  const isRefused = `price_state = 'free' AND reported_units = 0`
  const rows = await sql<Record<string, string>>(`
    SELECT tenant, toString(sumIf(requests, NOT (${isRefused}))) AS billed, toString(sumIf(requests, ${isRefused})) AS refused,
      toString(sum(cost)) AS cost,
      ${tokenKinds.map((kind) => `toString(sum(${tokenColumns[kind]})) AS ${kind}`).join(', ')}
    FROM ledger GROUP BY tenant`)
  return new Map(
    rows.map((row) => [
      row.tenant as string,
      {
        requests: Number(row.billed),
        refused: Number(row.refused),
        tokens: Object.fromEntries(tokenKinds.map((kind) => [kind, Number(row[kind])])) as unknown as Tokens,
        cost: row.cost as string,
      },
    ]),
  )
}

interface ChargeRow extends Record<string, unknown> {
  readonly tenant: string
  readonly span: string
  readonly response: string
  readonly warnings: readonly string[]
}

/** The live charges as they are now. */
function readCharges(sql: Sql): Promise<ChargeRow[]> {
  const newest = (column: string) => `argMax(ledger.${column}, (ledger.revision, ledger.requests))`
  return sql<ChargeRow>(`
    SELECT tenant, ${newest('span_id')} AS span, ${newest('response_id')} AS response, ${newest('warnings')} AS warnings
    FROM ledger GROUP BY tenant, identity HAVING sum(requests) > 0`)
}

function isOf({ span, response }: ChargeRow, { telemetry }: CapturedRequest): boolean {
  const id = telemetry?.response_id_in_span
  return (span !== '' && span === telemetry?.span) || (id != null && response === id)
}

import { createHash } from 'node:crypto'
import { type AttributionConfig, attributionConfig } from '@spanledger/schemas/config/attribution'
import { attributionHeader, tenantHeader, topics } from '@spanledger/schemas/events/topics'
import { encodeTraces } from '@spanledger/runtime/otlp/encode-traces'
import { afterEach, expect, test } from 'vitest'
import { createGrpcClient } from './testing/grpc-client.ts'
import { event, nowMs, type OpenDoor, openDoor } from './testing/open-door.ts'

let door: OpenDoor
let config: AttributionConfig
afterEach(() => door.close())

async function open(section: object, apiKeys: { key: string; tenant: string }[] = []): Promise<void> {
  config = attributionConfig.parse(section)
  door = await openDoor({ apiKeys }, { attribution: () => config })
}

const attributes = (values: Record<string, string>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))
let spans = 0
const span = (values: Record<string, string>) => ({
  traceId: 'a'.repeat(32),
  spanId: (++spans).toString(16).padStart(16, '0'),
  startTimeUnixNano: `${nowMs}000000`,
  attributes: attributes(values),
})
const traces = (resource: Record<string, string>, ...each: object[]) =>
  JSON.stringify({ resourceSpans: [{ resource: { attributes: attributes(resource) }, scopeSpans: [{ spans: each }] }] })
const logs = (...each: Record<string, string>[]) => {
  const logRecords = each.map((values) => ({ timeUnixNano: `${nowMs}000000`, attributes: attributes(values) }))
  return JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })
}
const chat = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-4o' }

test('strict: a span that lacks a required dimension is rejected, and its exporter is told what to set', async () => {
  await open({ require: ['team', 'feature'] })
  const tagged = span({ ...chat, 'spanledger.feature': 'f' })
  const answer = await door.post('/v1/traces', traces({ team: 't' }, tagged, span(chat), span(chat)))
  expect(answer.status).toBe(200)
  expect(await answer.json()).toEqual({
    partialSuccess: {
      rejectedSpans: '2',
      errorMessage:
        '2 spans: ATTRIBUTION_MISSING: spanledger.feature is required here: set it on the span, the log record or the resource',
    },
  })
  expect(door.appended).toHaveLength(1)
  const counted = 'spanledger_door_items_total{signal="traces",outcome="rejected",reason="ATTRIBUTION_MISSING"}'
  expect(await door.metric(counted)).toBe(2)
})

test('strict: what is never charged need not say whose it is', async () => {
  await open({ require: ['team'] })
  const agent = span({ 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.request.model': 'gpt-4o' })
  const tool = span({ 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' })
  const http = span({ 'http.route': '/' })
  expect(await (await door.post('/v1/traces', traces({}, agent, tool, http))).json()).toEqual({})
})

test('strict: a log record with usage is held to it, others and metrics are not', async () => {
  await open({ require: ['team'] })
  const usage = { 'event.name': 'api_request', input_tokens: '3' }
  const answer = await door.post('/v1/logs', logs(usage, { 'event.name': 'tool_decision' }, { ...usage, team: 't' }))
  expect(await answer.json()).toMatchObject({ partialSuccess: { rejectedLogRecords: '1' } })
  const point = { asInt: '3', timeUnixNano: `${nowMs}000000` }
  const metrics = [{ name: 'claude_code.token.usage', sum: { dataPoints: [point] } }]
  const body = JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] })
  expect(await (await door.post('/v1/metrics', body)).json()).toEqual({})
})

test('strict: usage events are answered one by one', async () => {
  await open({ require: ['team', 'user'] })
  const events = [
    { ...event, attribution: { team: 't', tags: { userId: 'u' } } },
    { ...event, event_id: 'e2' },
  ]
  expect(await (await door.postUsage(events)).json()).toEqual({
    accepted: 1,
    rejected: [
      {
        index: 1,
        code: 'ATTRIBUTION_MISSING',
        message: 'attribution.team, attribution.user is required here',
      },
    ],
  })
})

test('strict: what a key pins or a rule sets is not missing; a change of the configuration counts at once', async () => {
  const key_sha256 = createHash('sha256').update('k1').digest('hex')
  await open({ require: ['team'], api_keys: [{ key_sha256, set: { team: 't' } }] }, [
    { key: 'k1', tenant: 'acme' },
    { key: 'k2', tenant: 'acme' },
  ])
  const status = async (key: string) => (await door.postUsage(event, { authorization: `Bearer ${key}` })).status
  expect(await status('k1')).toBe(200)
  expect(await status('k2')).toBe(400)
  config = attributionConfig.parse({ require: ['team'], rules: [{ match: { tenant: 'ac*' }, set: { team: 't' } }] })
  expect(await status('k2')).toBe(200)
})

test('what a key pins is a header of every record of every signal', async () => {
  const key_sha256 = createHash('sha256').update('k1').digest('hex')
  await open({ api_keys: [{ key_sha256, set: { team: 't', environment: 'prod' } }] }, [{ key: 'k1', tenant: 'acme' }])
  const headers = { authorization: 'Bearer k1' }
  const point = { asInt: '3', timeUnixNano: `${nowMs}000000` }
  const metrics = [{ name: 'm', sum: { dataPoints: [point] } }]
  await door.post('/v1/traces', traces({}, span(chat)), headers)
  await door.post('/v1/logs', logs({ 'event.name': 'api_request' }), headers)
  await door.post('/v1/metrics', JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }), headers)
  await door.postUsage(event, headers)
  expect(door.appended.map(({ topic }) => topic)).toEqual([
    topics.spans,
    topics.logs,
    topics.metrics,
    topics.usageEvents,
  ])
  for (const record of door.appended) {
    expect(record.headers).toEqual({
      [tenantHeader]: 'acme',
      [attributionHeader]: '{"team":"t","environment":"prod"}',
    })
  }
})

test('over gRPC it is the same: what a key pins is a header, what is missing a partial success', async () => {
  const key_sha256 = createHash('sha256').update('k1').digest('hex')
  await open({ require: ['team'], api_keys: [{ key_sha256, set: { team: 't' } }] }, [
    { key: 'k1', tenant: 'acme' },
    { key: 'k2', tenant: 'acme' },
  ])
  const [resource, scope] = [{ attributes: new Map() }, { name: 's', version: '' }]
  const ids = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), parentSpanId: '' }
  const attributes = new Map(Object.entries(chat))
  const one = { resource, scope, ...ids, name: 'chat', kind: 3, startMs: nowMs, statusCode: 0, attributes }
  const client = createGrpcClient(door.collector.grpcPort as number)
  const call = (key: string) => client.call(encodeTraces([one]), { metadata: { authorization: `Bearer ${key}` } })
  expect((await call('k2')).message.toString()).toContain(
    '1 span: ATTRIBUTION_MISSING: spanledger.team is required here',
  )
  expect(door.appended).toEqual([])
  expect((await call('k1')).message).toHaveLength(0)
  expect(door.appended[0]?.headers?.[attributionHeader]).toBe('{"team":"t"}')
  client.close()
})

import { encodeTraces } from '@spanledger/runtime/otlp/encode-traces'
import type { LogEntry } from '@spanledger/runtime/event-log/port'
import { attributorOf } from '@spanledger/schemas/attribution/attributor'
import {
  type AttributionConfig,
  attributionConfig,
  defaultAttributionConfig,
} from '@spanledger/schemas/config/attribution'
import type { OtlpSpan } from '@spanledger/schemas/events/otlp'
import { attributionHeader, topics } from '@spanledger/schemas/events/topics'
import { describe, expect, test } from 'vitest'
import { sampleSpan, sampleStartMs } from '../dialects/sample-span.ts'
import { landerOn } from '../testing/lander-on.ts'
import { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { createReader } from './reader.ts'

let config: AttributionConfig = defaultAttributionConfig
const read = createReader({ attributor: () => attributorOf(config) })
const configure = (section: object) => (config = attributionConfig.parse(section))

const chat = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.usage.input_tokens': 1000,
  'gen_ai.usage.output_tokens': 100,
}
function entry(topic: string, value: Uint8Array, headers: Record<string, string> = {}): LogEntry {
  return { topic, partition: 0, offset: 0, appendedAtMs: sampleStartMs + 2000, key: 'k', value, headers }
}
const ofSpan = (span: OtlpSpan, headers?: Record<string, string>) => entry(topics.spans, encodeTraces([span]), headers)
const ofEvent = (attribution: object, headers?: Record<string, string>) => {
  const ids = { event_id: 'e1', at: '2026-11-20T10:00:00Z', provider: 'openai', model: 'gpt-4o' }
  const event = { ...ids, usage: { input_tokens: 1 }, attribution }
  return entry(topics.usageEvents, Buffer.from(JSON.stringify(event)), headers)
}
const who = (from: LogEntry) => read(from).observations[0]?.attribution

test('rules see the provider, model and dialect as the ledger knows them', () => {
  configure({
    rules: [{ match: { provider: 'azure*', model: 'gpt-4o', dialect: 'otel_genai' }, set: { team: 'cloud' } }],
  })
  const azure = { ...chat, 'gen_ai.provider.name': 'azure.ai.openai' }
  expect(who(ofSpan(sampleSpan({ attributes: azure })))).toEqual({ team: 'cloud' })
  expect(who(ofSpan(sampleSpan({ attributes: chat })))).toEqual({})
})

test('a rule may look at an attribute that nobody else needs', () => {
  configure({ rules: [{ match: { attributes: { 'http.route': '/v1/*' } }, set: { feature: 'chat' } }] })
  expect(who(ofSpan(sampleSpan({ attributes: { ...chat, 'http.route': '/v1/chat' } })))).toEqual({ feature: 'chat' })
})

test('the header of a key beats spans, events and rules with force', () => {
  configure({ rules: [{ set: { team: 'forced' }, force: true }] })
  const headers = { [attributionHeader]: '{"team":"pinned"}' }
  expect(who(ofSpan(sampleSpan({ attributes: { ...chat, 'spanledger.team': 'said' } }), headers))?.team).toBe('pinned')
  expect(who(ofEvent({ team: 'said' }, headers))?.team).toBe('pinned')
  expect(who(ofEvent({ team: 'said' }))?.team).toBe('forced')
})

test('tags of an event are read by their spelling, and rules apply to it', () => {
  configure({ spellings: { team: ['squad'] }, rules: [{ match: { model: 'gpt-*' }, set: { feature: 'chat' } }] })
  expect(who(ofEvent({ tags: { squad: 's', k: 'v' } }))).toEqual({ team: 's', feature: 'chat' })
})

test('a redelivery after a change of the configuration is no second charge', async () => {
  const store = new MemoryLedgerStore()
  const span = ofSpan(sampleSpan({ attributes: chat }))
  for (const team of [undefined, 'a', 'b']) {
    configure(team === undefined ? {} : { rules: [{ set: { team }, force: true }] })
    await landerOn(store).land(read(span).observations)
  }
  const requests = store.entries.reduce((sum, each) => sum + each.requests, 0)
  const cost = store.entries.reduce((sum, each) => sum + each.cost, 0n)
  expect(requests).toBe(1)
  expect(cost).toBe(store.entries[0]?.cost)
  expect(store.live().map(({ attribution }) => attribution.team)).not.toEqual(['untagged'])
})

describe('two reports of one request, in any order, at once or one after the other', () => {
  const native = { ...chat, 'gen_ai.provider.name': 'anthropic', 'gen_ai.response.id': 'msg_1' }
  const best = () =>
    ofSpan(sampleSpan({ scope: ['com.anthropic.sdk.python'], name: 'anthropic.messages.create', attributes: native }))
  const other = (attributes: object, headers?: Record<string, string>) =>
    ofSpan(
      sampleSpan({
        scope: ['opentelemetry.instrumentation.genai.anthropic', '1.3b0'],
        spanId: 'c7ad6b7169203332',
        attributes: { ...native, ...attributes },
      }),
      headers,
    )

  async function teamOf(section: object, ...reports: LogEntry[]): Promise<string[]> {
    configure(section)
    const observations = reports.flatMap((each) => read(each).observations)
    expect(observations).toHaveLength(2)
    const teams: string[] = []
    for (const order of [observations, observations.toReversed()]) {
      for (const batches of [[order], order.map((each) => [each])]) {
        const store = new MemoryLedgerStore()
        for (const batch of batches) await landerOn(store).land(batch)
        expect(store.live()).toHaveLength(1)
        teams.push(store.live()[0]?.attribution.team as string)
      }
    }
    return [...new Set(teams)]
  }

  test('what one of them says beats what a rule filled in for the other', async () => {
    const rules = [{ set: { team: 'nobody' } }]
    expect(await teamOf({ rules }, best(), other({ 'spanledger.team': 'said' }))).toEqual(['said'])
    expect(await teamOf({ rules }, best(), other({}))).toEqual(['nobody'])
  })

  test('what is pinned for one of them beats what the other says', async () => {
    const said = ofSpan(
      sampleSpan({
        scope: ['com.anthropic.sdk.python'],
        name: 'anthropic.messages.create',
        attributes: { ...native, 'spanledger.team': 'said' },
      }),
    )
    expect(await teamOf({}, said, other({}, { [attributionHeader]: '{"team":"pinned"}' }))).toEqual(['pinned'])
  })
})

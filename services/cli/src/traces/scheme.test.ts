import { expect, test } from 'vitest'
import { asSpan } from './as-span.ts'
import { asUsageEvent } from './as-usage-event.ts'
import { modelMix } from './model-mix.ts'
import { rebasedRequests, type TimedRequest } from './rebase.ts'
import { openTrace } from './trace-file.ts'

const endAtMs = Date.parse('2026-11-20T12:00:00Z')

async function requests(name: string, seed = 1, limit = Infinity, endsAtMs = endAtMs): Promise<TimedRequest[]> {
  const all: TimedRequest[] = []
  const trace = await openTrace(name)
  for await (const request of rebasedRequests(trace, { seed, endAtMs: endsAtMs, limit })) all.push(request)
  return all
}

test('the same trace and seed give the same events, byte for byte; another seed gives other ids', async () => {
  const [one, again, other] = await Promise.all([1, 1, 2].map((seed) => requests('azure-code', seed, 500)))
  expect(JSON.stringify(again?.map(asUsageEvent))).toBe(JSON.stringify(one?.map(asUsageEvent)))
  const ids = new Set(one?.map((request) => request.responseId))
  expect(other?.filter((request) => ids.has(request.responseId))).toEqual([])
})

test('ids do not depend on when the trace is said to end, so sending it twice is the same requests', async () => {
  const later = await requests('azure-code', 1, 50, endAtMs + 60_000)
  const now = await requests('azure-code', 1, 50)
  expect(later.map((request) => ({ ...request, at: 0 }))).toEqual(now.map((request) => ({ ...request, at: 0 })))
  expect((later[0] as TimedRequest).at - (now[0] as TimedRequest).at).toBe(60_000)
})

test('no two requests of a trace share an id', async () => {
  const all = await requests('azure-conversation')
  for (const id of ['eventId', 'responseId', 'traceId', 'spanId'] as const) {
    expect(new Set(all.map((request) => request[id])).size).toBe(all.length)
  }
})

test('the last request arrives at the end that was asked for, the others before it', async () => {
  const all = await requests('azure-code')
  expect(Math.max(...all.map((request) => request.at))).toBe(endAtMs)
})

test('models, the unpriced one and untagged requests come in their documented shares', async () => {
  const all = await requests('azure-conversation')
  for (const entry of modelMix) {
    const share = all.filter((request) => request.model === entry).length / all.length
    expect(Math.abs(share * 1000 - entry.weight)).toBeLessThan(12)
  }
  const untagged = all.filter((request) => request.attribution.team === undefined).length / all.length
  expect(untagged).toBeGreaterThan(0.03)
  expect(untagged).toBeLessThan(0.05)
  expect(modelMix.reduce((sum, entry) => sum + entry.weight, 0)).toBe(1000)
})

test("Mooncake's prefixes give real cache hits, never more than the input", async () => {
  const all = await requests('mooncake-conversation')
  let input = 0
  let read = 0
  for (const { row, cacheReadTokens = -1, cacheWriteTokens = 0, model } of all) {
    expect(cacheReadTokens).toBeGreaterThanOrEqual(0)
    expect(cacheReadTokens + cacheWriteTokens).toBeLessThanOrEqual(row.inputTokens)
    if (model.provider !== 'anthropic') expect(cacheWriteTokens).toBe(0)
    input += row.inputTokens
    read += cacheReadTokens
  }
  expect(read / input).toBeGreaterThan(0.3)
  expect(read / input).toBeLessThan(0.375)
})

test('requests of one conversation share model, user and session', async () => {
  const assigned = new Map<string | undefined, string>()
  for (const { attribution, model } of await requests('mooncake-conversation')) {
    const was = assigned.get(attribution.session)
    const is = JSON.stringify([model.model, attribution])
    if (was !== undefined) expect(is).toBe(was)
    assigned.set(attribution.session, is)
  }
  expect(assigned.size).toBe(7_373)
})

test('a span and a usage event of one request say the same', async () => {
  for (const request of await requests('mooncake-conversation', 3, 200)) {
    const event = asUsageEvent(request) as { usage: Record<string, number>; response_id: string }
    const { attributes, startMs } = asSpan(request)
    expect(attributes.get('gen_ai.response.id')).toBe(event.response_id)
    expect(attributes.get('gen_ai.usage.input_tokens')).toBe(event.usage.input_tokens)
    expect(attributes.get('gen_ai.usage.output_tokens')).toBe(event.usage.output_tokens)
    expect(attributes.get('gen_ai.usage.cache_read.input_tokens')).toBe(event.usage.cache_read_tokens)
    expect(attributes.get('gen_ai.usage.cache_creation.input_tokens')).toBe(event.usage.cache_write_tokens)
    expect(startMs).toBe(request.at)
  }
})

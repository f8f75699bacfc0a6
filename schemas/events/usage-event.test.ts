import { describe, expect, it } from 'vitest'
import { deriveEventId } from './derive-event-id.ts'
import sample from './usage-event.sample.json' with { type: 'json' }
import { readUsageEvent, type UsageEvent } from './usage-event.ts'

const nowMs = Date.parse('2026-11-21T00:00:00Z')

function read(changes: Record<string, unknown> = {}) {
  return readUsageEvent({ ...sample, ...changes }, nowMs)
}
function codeOf(changes: Record<string, unknown>) {
  const result = read(changes)
  return result.kind === 'reject' ? result.reason : result.kind
}
function eventOf(changes: Record<string, unknown> = {}): UsageEvent {
  const result = read(changes)
  if (result.kind !== 'ok') throw new Error(`refused: ${JSON.stringify(result)}`)
  return result.value
}

describe('readUsageEvent', () => {
  it('reads an event to its canonical form', () => {
    expect(eventOf()).toEqual({
      event_id: 'req-0001',
      response_id: 'chatcmpl-9f2c',
      at: Date.parse('2026-11-20T10:00:00.123Z'),
      provider: 'openai',
      model: 'gpt-4o',
      usage: {
        input_tokens: 1000,
        cache_read_tokens: 200,
        cache_write_tokens: 0,
        cache_write_5m_tokens: 0,
        cache_write_1h_tokens: 0,
        output_tokens: 100,
        output_reasoning_tokens: 0,
      },
      service_tier: 'standard',
      operation: 'chat',
      attribution: {
        environment: 'prod',
        project: 'p',
        team: 'search',
        feature: 'summaries',
        customer: 'acme',
        user: 'u1',
        user_segment: 'free',
        session: 's1',
        workflow: 'w1',
        release: 'v42',
        prompt_version: 'p7',
      },
      tags: { k: 'v' },
      latency_ms: 812,
      ttft_ms: 120,
      status: 'ok',
      result_cache: 'none',
      warnings: [],
    })
  })

  it('refuses an event without what identifies, dates or prices it', () => {
    expect(codeOf({ event_id: null, response_id: null })).toBe('ID_MISSING')
    expect(codeOf({ event_id: null })).toBe('ok')
    expect(codeOf({ response_id: undefined })).toBe('ok')
    expect(codeOf({ provider: ' ' })).toBe('PROVIDER_MISSING')
    expect(codeOf({ model: undefined })).toBe('MODEL_MISSING')
    expect(codeOf({ at: undefined })).toBe('TIME_INVALID')
    expect(codeOf({ usage: undefined })).toBe('USAGE_MISSING')
    for (const value of [null, 5, 'text', [sample]]) {
      expect(readUsageEvent(value, nowMs)).toMatchObject({ kind: 'reject', reason: 'EVENT_NOT_OBJECT' })
    }
  })

  it('does not take a usage that says nothing for a usage of zero', () => {
    expect(codeOf({ usage: {} })).toBe('USAGE_MISSING')
    expect(codeOf({ usage: { tokens: 5 } })).toBe('USAGE_MISSING')
    expect(codeOf({ usage: { input_tokens: null } })).toBe('USAGE_MISSING')
    expect(eventOf({ usage: {}, status: 'error' })).not.toHaveProperty('usage')
    expect(eventOf({ usage: null, status: 'aborted' })).not.toHaveProperty('usage')
    expect(eventOf({ usage: undefined, result_cache: 'semantic_hit' })).not.toHaveProperty('usage')
    expect(eventOf({ usage: { input_tokens: 0 } }).usage).toEqual({ input_tokens: 0 })
  })

  it('refuses times that no two readers understand alike, and absurd ones', () => {
    for (const at of [
      '2026-11-20',
      '2026-11-20T10:00:00',
      'yesterday',
      1_795_000_000_000,
      '2026-02-29T00:00:00Z',
      '',
    ]) {
      expect(codeOf({ at }), String(at)).toBe('TIME_INVALID')
    }
    expect(codeOf({ at: '2019-12-31T23:59:59.999Z' })).toBe('TIME_TOO_OLD')
    expect(codeOf({ at: '2026-11-22T00:00:00.001Z' })).toBe('TIME_FUTURE')
    expect(codeOf({ at: '2026-11-22T00:00:00.000Z' })).toBe('ok')
    expect(eventOf({ at: '2026-11-20T11:30:00.9999+01:30' }).at).toBe(Date.parse('2026-11-20T10:00:00.999Z'))
  })

  it('refuses wrong types by the name of their field, and quotes nothing', () => {
    const result = read({ attribution: { team: { secret: 'content' } } })
    expect(result).toEqual({ kind: 'reject', reason: 'FIELD_INVALID', message: 'attribution.team must be a string' })
    for (const [name, value] of Object.entries({
      status: 'fine',
      result_cache: true,
      latency_ms: '812',
      quality_score: Number.NaN,
      attribution: 'team',
      trace_id: 'xyz',
      reported_cost: '-1',
      region: ['eu'],
      event_id: 'a\u0000b',
      response_id: 'x'.repeat(513),
    })) {
      expect(codeOf({ [name]: value }), name).toBe('FIELD_INVALID')
    }
    expect(codeOf({ usage_format: 'openai' })).toBe('USAGE_FORMAT_UNKNOWN')
  })

  it('takes whole numbers for labels and ids, as many are numbers where they come from', () => {
    expect(eventOf({ event_id: 42, attribution: { user: 7, tags: { n: 1.5, yes: true, no: null } } })).toMatchObject({
      event_id: '42',
      attribution: { user: '7' },
      tags: { n: '1.5', yes: 'true' },
    })
  })

  it('cuts a label that is too long, and says so', () => {
    const event = eventOf({ attribution: { user: `${'x'.repeat(255)}🚀y`, team: 'a\u0000b' } })
    expect(event.attribution).toEqual({ user: 'x'.repeat(255), team: 'a\ufffdb' })
    expect(event.warnings).toEqual(['ATTRIBUTE_TRUNCATED'])
  })

  it('bounds tags, and takes no key for anything but a key', () => {
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`k${index}`, 'v']))
    expect(codeOf({ attribution: { tags: many } })).toBe('FIELD_INVALID')
    const hostile = JSON.parse('{"__proto__":"x","constructor":"y"}') as unknown
    const { tags } = eventOf({ attribution: { tags: hostile } })
    expect(Object.entries(tags)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
  })

  it('takes a reported cost exactly', () => {
    expect(eventOf({ reported_cost: '0.000000000000000001' }).reported_cost).toBe('0.000000000000000001')
    expect(eventOf({ reported_cost: 1.2e-7 }).reported_cost).toBe('0.00000012')
    expect(eventOf({ reported_cost: 0.1 }).reported_cost).toBe('0.1')
    expect(eventOf({ reported_cost: 0 }).reported_cost).toBe('0')
    expect(codeOf({ reported_cost: 1e12 })).toBe('FIELD_INVALID')
    expect(codeOf({ reported_cost: '1e999' })).toBe('FIELD_INVALID')
  })

  it("reads a provider's own usage, and its service tier where that is part of it", () => {
    const usage = { input_tokens: 5, cache_read_input_tokens: 100, output_tokens: 3, service_tier: 'batch' }
    expect(eventOf({ usage, usage_format: 'anthropic', service_tier: null })).toMatchObject({
      usage: { input_tokens: 105, cache_read_tokens: 100, output_tokens: 3 },
      service_tier: 'batch',
    })
  })
})

describe('deriveEventId', () => {
  it('is the same for equal bodies, however their fields are ordered', () => {
    expect(deriveEventId({ a: 1, b: { c: [1, 2], d: null } })).toBe(deriveEventId({ b: { d: null, c: [1, 2] }, a: 1 }))
    expect(deriveEventId({ a: 1 })).not.toBe(deriveEventId({ a: 2 }))
    expect(deriveEventId({ a: [1, 2] })).not.toBe(deriveEventId({ a: [2, 1] }))
  })

  it('gives up on what is nested beyond reason', () => {
    expect(deriveEventId(JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`))).toBeUndefined()
  })
})

describe('what the provider says it charged, inside its usage', () => {
  const openai = { prompt_tokens: 10, completion_tokens: 1 }
  it.each([
    [{ ...openai, cost: 0.0035 }, '0.0035'],
    [{ ...openai, cost: { total_cost: 0.0151, input_tokens_cost: 0.0003 } }, '0.0151'],
    [{ ...openai, cost: -1 }, undefined],
    [{ ...openai, cost: { currency: 'USD' } }, undefined],
  ])('%j', (usage, cost) => {
    expect(eventOf({ usage, usage_format: 'openai_chat', reported_cost: null }).reported_cost).toBe(cost)
  })

  it('is beaten by what the sender reports', () => {
    const changes = { usage: { ...openai, cost: 7 }, usage_format: 'openai_chat', reported_cost: '0.5' }
    expect(eventOf(changes).reported_cost).toBe('0.5')
  })
})

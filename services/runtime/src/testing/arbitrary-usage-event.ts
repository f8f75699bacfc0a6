import { dimensions } from '@spanledger/schemas/events/dimensions'
import { type UsageField, usageFields } from '@spanledger/schemas/events/usage'
import fc from 'fast-check'

export const someTimeMs = Date.UTC(2026, 10, 20, 10)

const counts = usageFields.filter((field) => field !== 'audio_microseconds')
const wholes: readonly UsageField[] = ['input_tokens', 'output_tokens']
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 2 })
const object = <T>(keys: readonly string[], arbitrary: fc.Arbitrary<T>) =>
  fc.record(Object.fromEntries(keys.map((key) => [key, arbitrary])))

const plain = fc.constantFrom('gpt-4o', 'search', 'a b', '0', 'team-1', 'Büro', '東京', '🙂')
const sound = fc.record({
  event_id: fc.uuid(),
  response_id: maybe(fc.uuid()),
  at: fc.integer({ min: someTimeMs - 1e9, max: someTimeMs }),
  provider: plain,
  model: plain,
  usage: object(counts, maybe(fc.nat(1_000))).map((usage) => ({
    ...usage,
    input_tokens: 1e9,
    cache_read_tokens: 1e6,
    cache_write_tokens: 1e6,
    input_audio_tokens: 1e4,
    input_image_tokens: 1e4,
    output_tokens: 1e9,
    audio_seconds: null,
  })),
  usage_format: fc.constant('canonical'),
  usage_json: fc.constant(null),
  service_tier: maybe(plain),
  region: maybe(plain),
  billing_account: maybe(plain),
  operation: maybe(plain),
  attribution: maybe(
    fc
      .tuple(object(dimensions, maybe(plain)), fc.dictionary(plain, plain))
      .map(([who, tags]) => ({ ...who, tags: Object.fromEntries(Object.entries(tags).toSorted()) })),
  ),
  latency_ms: maybe(fc.nat(10_000)),
  ttft_ms: maybe(fc.double({ min: 0, max: 1e9, noNaN: true })),
  status: fc.constantFrom('ok', 'error', 'aborted'),
  error_type: maybe(plain),
  result_cache: fc.constantFrom('none', 'exact_hit', 'semantic_hit', 'miss'),
  quality_score: maybe(fc.double({ min: -1, max: 1, noNaN: true })),
  reported_cost: maybe(fc.constantFrom('0.5', '0', '1e-7', '1.50')),
  trace_id: maybe(fc.constantFrom('ab'.repeat(16), 'AB'.repeat(16), '0'.repeat(32))),
  span_id: maybe(fc.constantFrom('ab'.repeat(8), '0'.repeat(16))),
  warnings: fc.constantFrom([], ['ATTRIBUTE_TRUNCATED']),
})

const odd = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', ' ', ' padded ', 'a\u0000b', '\ud800', 'x'.repeat(300), 'é'.repeat(257), '__proto__'),
)
const oddCount = fc.constantFrom(null, 0, 127, 128, 2 ** 31, 1e15, 1e15 + 1, -1, 2 ** 52)
const oddNumber = fc.oneof(fc.double(), fc.constantFrom(-1, 1e9, 1e9 + 1, -0))
const strange = fc.record({
  event_id: fc.oneof(fc.constant(null), odd, fc.string({ minLength: 500, maxLength: 520 })),
  response_id: odd,
  at: fc.constantFrom(0, -1, 8.7e15, someTimeMs + 2e8),
  provider: odd,
  model: odd,
  usage: fc.oneof(
    fc.constant(null),
    object(counts, fc.constant(null)),
    fc.record({
      ...Object.fromEntries(counts.map((field) => [field, wholes.includes(field) ? oddCount : maybe(oddCount)])),
      audio_seconds: maybe(fc.constantFrom('1.5', '0', '-1', 'x')),
    }),
  ),
  usage_format: fc.constantFrom('openai_chat', 'nobody', ''),
  usage_json: fc.constantFrom('{"prompt_tokens":5,"completion_tokens":1}', '{', '7', ''),
  service_tier: odd,
  region: odd,
  attribution: fc.record({ user: odd, team: odd, tags: fc.dictionary(odd, odd) }),
  latency_ms: oddNumber,
  ttft_ms: oddNumber,
  status: fc.constantFrom('fine', ''),
  error_type: odd,
  result_cache: fc.constantFrom('maybe', ''),
  quality_score: oddNumber,
  reported_cost: fc.constantFrom('-1', '', 'free', '1e99'),
  trace_id: fc.constantFrom('x', '', 'g'.repeat(32)),
  span_id: fc.constantFrom('x', '', 'abc'),
  warnings: fc.constantFrom(['OTHER'], ['ATTRIBUTE_TRUNCATED', 'OTHER']),
})

/**
 * A record of `usage-event.v1.avsc` as a producer might write it: sound, but for up to two fields with something strange
 * in them.
 */
export const arbitraryUsageRecord: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc
  .tuple(sound, strange, fc.nat(3), fc.infiniteStream(fc.nat()))
  .map(([good, bad, howMany, picks]) => {
    const fields = Object.entries(bad)
    const picked = [...picks.take(Math.max(0, howMany - 1))].map(
      (pick) => fields[pick % fields.length] as [string, unknown],
    )
    return { ...good, ...Object.fromEntries(picked) }
  })

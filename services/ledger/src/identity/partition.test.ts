import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Observation } from '../observation.ts'
import { twins } from '../testing/arbitrary-twins.ts'
import { observation, someTime } from '../testing/observations.ts'
import { identify } from './keys.ts'
import { partition, suspectedTwins } from './partition.ts'
import { record } from './recorded.ts'

const runs = Number(process.env.FC_RUNS ?? 1000)

/** As texts, in an order of their own. */
function groupsOf(observations: readonly Observation[]): string[][] {
  const members = observations.map((each) => record(identify(each)))
  return partition(members)
    .groups.map(({ indices }) => [...new Set(indices.map((index) => members[index]?.text ?? ''))].toSorted())
    .toSorted((a, b) => ((a[0] as string) < (b[0] as string) ? -1 : 1))
}

const shuffled = (observations: readonly Observation[]) =>
  fc.shuffledSubarray([...observations, ...observations.slice(0, 2)], {
    minLength: observations.length + Math.min(2, observations.length),
  })

test('the groups depend on the set of reports alone: not on their order, and not on repetition', () => {
  fc.assert(
    fc.property(
      fc
        .array(twins({ timed: true }), { minLength: 1, maxLength: 12 })
        .chain((all) => fc.tuple(fc.constant(all), shuffled(all))),
      ([all, again]) => {
        expect(groupsOf(again)).toEqual(groupsOf(all))
      },
    ),
    { numRuns: runs },
  )
})

test('what becomes of some groups does not depend on others that are whole', () => {
  fc.assert(
    fc.property(
      fc.array(twins({ timed: true }), { minLength: 2, maxLength: 12 }),
      fc.infiniteStream(fc.boolean()),
      (all, dice) => {
        const members = all.map((each) => record(identify(each)))
        const { groups } = partition(members)
        const left = groups.filter(() => dice.next().value as boolean)
        const some = left.flatMap(({ indices }) => indices.map((index) => all[index] as Observation))
        const texts = (indices: readonly number[]) => [...new Set(indices.map((index) => members[index]?.text ?? ''))]
        expect(groupsOf(some)).toEqual(
          left
            .map(({ indices }) => texts(indices).toSorted())
            .toSorted((a, b) => ((a[0] as string) < (b[0] as string) ? -1 : 1)),
        )
      },
    ),
    { numRuns: runs },
  )
})

const usage = { input_tokens: 100, output_tokens: 10 }
let names = 0
const hex = (length: number) => (names++).toString(16).padStart(length, '0')
const span = (scope: string, fields: Partial<Observation> = {}) =>
  observation({
    source: 'span',
    dialect: scope,
    scope,
    traceId: hex(32),
    spanId: hex(16),
    usage,
    latencyMs: 1000,
    attribution: { service: 'shop' },
    ...fields,
  })
const inside = (outer: Observation, scope: string, fields: Partial<Observation> = {}) =>
  span(scope, {
    ...(outer.traceId && { traceId: outer.traceId }),
    ...(outer.spanId && { parentSpanId: outer.spanId }),
    ...fields,
  })
const far = { attribution: { service: 'elsewhere' }, at: someTime + 3_600_000 }

describe('a span inside a span', () => {
  test('of another scope is the same request; of the same scope it is another', () => {
    const outer = span('framework', far)
    expect(groupsOf([inside(outer, 'sdk'), outer])).toHaveLength(1)
    expect(groupsOf([inside(outer, 'framework'), outer])).toHaveLength(2)
  })

  test('chains: a framework, an SDK, a gateway and a server are one request', () => {
    const framework = span('framework')
    const sdk = inside(framework, 'sdk', { usage: { input_tokens: 1 } })
    const gateway = inside(sdk, 'gateway', { usage: { input_tokens: 2 } })
    expect(groupsOf([inside(gateway, 'server', { usage: { input_tokens: 3 } }), framework, gateway, sdk])).toHaveLength(
      1,
    )
  })

  test('two inside one are two: the retry that succeeded is the request, what failed before is free', () => {
    const outer = span('framework')
    const { usage: _, ...failed } = inside(outer, 'sdk', { status: 'error', spanId: '0'.repeat(16) })
    const retried = inside(outer, 'sdk')
    const groups = groupsOf([outer, failed, retried])
    expect(groups).toHaveLength(2)
    expect(groups).toContainEqual([record(identify(failed)).text])
  })

  test('with another id of its provider is another request', () => {
    const outer = span('framework', { ...far, responseId: 'r1', responseIdTrusted: true })
    expect(groupsOf([outer, inside(outer, 'sdk', { responseId: 'r2', responseIdTrusted: true })])).toHaveLength(2)
    expect(groupsOf([outer, inside(outer, 'sdk', { responseId: 'r2', responseIdTrusted: false })])).toHaveLength(1)
  })
})

describe('an inference server in the trace of its client', () => {
  const server = (client: Observation, fields: Partial<Observation> = {}) =>
    inside(client, 'vllm', {
      dialect: 'inference_server',
      parentSpanId: hex(16),
      attribution: { service: 'vllm' },
      ...fields,
    })

  test('is the request that went to it, though clocks differ a little and one is silent about tokens', () => {
    const client = span('sdk')
    expect(groupsOf([client, server(client, { at: someTime - 100 })])).toHaveLength(1)
    const { usage: _, ...silent } = client
    expect(groupsOf([silent, server(client, { latencyMs: 500 })])).toHaveLength(1)
    expect(groupsOf([client, server(client, { usage: { input_tokens: 7 } })])).toHaveLength(2)
    expect(groupsOf([client, server(client, { traceId: hex(32) })])).toHaveLength(2)
  })

  test('one server span a client span, also at the same time', () => {
    const clients = [0, 10, 20].map((shift) => span('sdk', { traceId: 'f'.repeat(32), at: someTime + shift }))
    const servers = clients.map((client) => server(client, { latencyMs: 900 }))
    expect(groupsOf([...servers, ...clients])).toHaveLength(3)
    expect(groupsOf([...servers, server(clients[0] as Observation, { latencyMs: 800 }), ...clients])).toHaveLength(4)
  })

  test('a gateway of another service in between is the same request', () => {
    const client = span('sdk')
    const gateway = server(client, { dialect: 'litellm', scope: 'litellm', latencyMs: 900 })
    expect(groupsOf([client, gateway, server(client, { latencyMs: 800 })])).toHaveLength(1)
  })

  test('an id that says nothing elsewhere connects within the trace', () => {
    const id = { responseId: 'chatcmpl-1', responseIdTrusted: false }
    const client = span('sdk', { ...id, provider: 'azure', usage: { input_tokens: 1, output_tokens: 1 } })
    const { usage: _, ...gateway } = server(client, { ...id, dialect: 'litellm', scope: 'litellm' })
    expect(groupsOf([client, gateway])).toHaveLength(1)
    expect(groupsOf([client, { ...gateway, traceId: hex(32) }])).toHaveLength(2)
  })
})

test('an id that a provider made is its response, whatever two call the provider', () => {
  const id = { responseId: 'chatcmpl-0123456789abcdef', responseIdTrusted: true }
  const client = span('sdk', { ...id, provider: 'openai-compatible:gateway.local' })
  const gateway = span('litellm', { ...id, latencyMs: 900, attribution: { service: 'gateway' } })
  expect(groupsOf([client, gateway])).toHaveLength(1)
  expect(groupsOf([client, { ...gateway, at: someTime + 3_600_000 }])).toHaveLength(2)
  expect(groupsOf([client, { ...gateway, responseId: 'chatcmpl-1' }])).toHaveLength(2)
})

describe('without any id or trace in common', () => {
  test('two scopes in one service, one span inside the other, with equal totals: one request', () => {
    expect(groupsOf([span('framework'), span('sdk', { at: someTime + 10, latencyMs: 900 })])).toHaveLength(1)
  })

  test.each([
    ['of one scope', span('framework', { at: someTime + 10, latencyMs: 900 })],
    ['in another service', span('sdk', { attribution: { service: 'search' } })],
    ['in no service', span('sdk', { attribution: {} })],
    ['at another time', span('sdk', { at: someTime + 2000 })],
    ['that overlap, and none inside the other', span('sdk', { at: someTime + 500 })],
    ['with other totals', span('sdk', { usage: { input_tokens: 100, output_tokens: 11 } })],
    ['of another model', span('sdk', { responseModel: 'gpt-3' })],
    ['of a provider', span('sdk', { provider: 'anthropic' })],
    ['that failed', span('sdk', { status: 'error' })],
    ['of another tenant', span('sdk', { tenant: 'umbrella' })],
  ])('%s they are two', (_, other) => {
    const one = span('framework', { provider: 'google', responseModel: 'gemini' })
    expect(groupsOf([one, { ...other, ...(other.provider === 'openai' && { provider: 'google' }) }])).toHaveLength(2)
  })

  test('with ids on both they are two, with one id they are one', () => {
    const id = (responseId: string) => ({ responseId, responseIdTrusted: true })
    expect(groupsOf([span('framework', id('r1')), span('sdk', id('r2'))])).toHaveLength(2)
    expect(groupsOf([span('framework'), span('sdk', id('r2'))])).toHaveLength(1)
  })

  test('n identical requests seen by two and by three instrumentations are n requests', () => {
    const requests = [0, 1, 2, 3, 4, 5, 6, 7]
    const of = (scope: string, late: number) =>
      requests.map((n) => span(scope, { at: someTime + n * 7 + late, latencyMs: 500 - 2 * late }))
    const all = [...of('framework', 0), ...of('sdk', 1), ...of('inner', 2)]
    expect(groupsOf(all.filter(({ scope }) => scope !== 'inner'))).toHaveLength(8)
    expect(groupsOf(all)).toHaveLength(8)
    expect(groupsOf(all.slice(1))).toHaveLength(8)
  })

  test('what looks like twins and is not proven is suspected', () => {
    const unnamed = span('sdk', { attribution: {} })
    expect(suspectedTwins([span('framework'), unnamed].map(identify))).toHaveLength(1)
    expect(suspectedTwins([span('framework'), span('sdk')].map(identify))).toEqual([])
    expect(suspectedTwins([span('sdk'), unnamed].map(identify))).toEqual([])
  })
})

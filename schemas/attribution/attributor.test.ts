import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { attributionConfig } from '../config/attribution.ts'
import type { AttributeValue } from '../events/otlp.ts'
import { type Attributor, attributorOf, type Reported } from './attributor.ts'
import { isChargeable } from './chargeable.ts'
import { compileGlobs } from './glob.ts'
import { decodePins, encodePins, noPins } from './pins.ts'

type Attributes = Readonly<Record<string, AttributeValue>>

const withConfig = (config: object): Attributor => attributorOf(attributionConfig.parse(config))
const record = (attributes: Attributes = {}, resource: Attributes = {}) => ({
  attributes: new Map(Object.entries(attributes)),
  resource: { attributes: new Map(Object.entries(resource)) },
})
const reported: Reported = {
  tenant: 'acme',
  dialect: 'otel_genai',
  provider: 'openai',
  requestModel: 'gpt-4o',
  responseModel: 'gpt-4o-2024-08-06',
  attribution: {},
  tags: {},
}

function settled(config: object, from = record(), changes: Partial<Reported> = {}, pins = noPins) {
  const attributor = withConfig(config)
  return attributor.settle({ ...reported, ...attributor.attribute(from), ...changes }, from, pins).attribution
}

describe('spellings', () => {
  const metadata = { metadata: '{"squad": "s", "team": "t", "team_id": 1}' }

  test('those of the configuration are asked before the usual ones', () => {
    expect(settled({ spellings: { team: ['squad'] } }, record(metadata))).toEqual({ team: 's' })
    expect(settled({}, record(metadata))).toEqual({ team: 't' })
  })

  test('`only` leaves the usual ones out, which are tags then', () => {
    const { attribution, tags } = withConfig({ spellings: { team: { only: ['squad'] } } }).attribute(record(metadata))
    expect(attribution).toEqual({ team: 's' })
    expect(tags).toEqual({ team: 't', team_id: '1' })
  })

  test('a spelling that is given to one dimension is taken from the other', () => {
    expect(settled({ spellings: { customer: ['team_id'] } }, record(metadata))).toEqual({ customer: '1', team: 't' })
  })

  test('they are attributes to keep, on spans and log records; places of content are not', () => {
    const { keep, keepSignal } = withConfig({
      spellings: { team: ['squad'] },
      rules: [{ match: { attributes: { 'http.route': '*', prompt: '*' } }, set: { team: 't' } }],
    })
    for (const keeps of [keep, keepSignal]) {
      for (const key of ['squad', 'user_id', 'team.id', 'http.route']) expect(keeps(key), key).toBeGreaterThan(0)
      for (const key of ['prompt', 'gen_ai.input.messages', 'whatever', 'user', 'User']) expect(keeps(key), key).toBe(0)
    }
    expect(withConfig({}).keep('squad')).toBe(0)
  })

  test('tags of a usage event fill what its attribution leaves out, and stay tags', () => {
    const event = { ...reported, attribution: { team: 'own' }, tags: { team: 'tag', userId: 'u', k: 'v' } }
    const after = withConfig({}).settle(event, undefined, noPins)
    expect(after.attribution).toEqual({ team: 'own', user: 'u' })
    expect(after.tags).toBe(event.tags)
  })
})

describe('rules', () => {
  test('a rule fills what nothing says; one with force beats what is said; a pin beats both', () => {
    const rule = { set: { team: 'rule' } }
    const said = record({ 'spanledger.team': 'said' })
    expect(settled({ rules: [rule] }).team).toBe('rule')
    expect(settled({ rules: [rule] }, said).team).toBe('said')
    expect(settled({ rules: [{ ...rule, force: true }] }, said).team).toBe('rule')
    expect(settled({ rules: [{ ...rule, force: true }] }, said, {}, { team: 'pin' }).team).toBe('pin')
  })

  test('per dimension the first rule that matches decides', () => {
    const rules = [
      { match: { model: 'claude-*' }, set: { team: 'no' } },
      { match: { model: 'gpt-*' }, set: { team: 'first' } },
      { set: { team: 'second', feature: 'second' } },
    ]
    expect(settled({ rules })).toEqual({ team: 'first', feature: 'second' })
  })

  test.each([
    [{ service: 'check*' }, true],
    [{ service: ['a', 'checkout'] }, true],
    [{ service: 'check' }, false],
    [{ environment: 'prod' }, false],
    [{ provider: 'open??' }, true],
    [{ model: 'gpt-4o-2024-*' }, true],
    [{ dialect: 'otel_genai' }, true],
    [{ tenant: 'acme', provider: 'anthropic' }, false],
    [{ attributes: { 'http.route': '/v1/*' } }, true],
    [{ attributes: { 'http.route': '/v2/*' } }, false],
    [{ attributes: { port: '443' } }, true],
    [{ resource: { 'k8s.namespace.name': 'shop' } }, true],
    [{ resource: { 'http.route': '*' } }, false],
    [{}, true],
  ])('%j', (match, matches) => {
    const from = record(
      { 'http.route': '/v1/chat', port: 443 },
      { 'service.name': 'checkout', 'k8s.namespace.name': 'shop' },
    )
    expect(settled({ rules: [{ match, set: { team: 't' } }] }, from).team).toBe(matches ? 't' : undefined)
  })

  test('a rule looks at what is said and pinned, never at what another rule sets', () => {
    const rules = [{ set: { team: 'a' } }, { match: { team: 'a' }, set: { feature: 'never' } }]
    expect(settled({ rules })).toEqual({ team: 'a' })
    expect(settled({ rules }, record(), {}, { team: 'a' })).toEqual({ team: 'a', feature: 'never' })
  })

  test('of a usage event `attributes` are its tags', () => {
    const rules = [{ match: { attributes: { tier: 'gold' } }, set: { team: 't' } }]
    const event = { ...reported, tags: { tier: 'gold' } }
    expect(withConfig({ rules }).settle(event, undefined, noPins).attribution).toEqual({ team: 't' })
  })

  test('without rules and pins nothing is copied', () => {
    expect(withConfig({}).settle(reported, record(), noPins)).toBe(reported)
  })
})

describe('required dimensions', () => {
  const strict = { require: ['team', 'feature'] }
  const missing = (config: object, from = record(), pins = noPins) => withConfig(config).missingIn(from, 'acme', pins)

  test('what nothing says is missing; pins, rules and the resource can say it', () => {
    expect(missing(strict)).toEqual(['team', 'feature'])
    expect(missing(strict, record({ metadata: '{"feature": "f"}' }, { team: 't' }))).toEqual([])
    expect(missing(strict, record({ 'spanledger.team': 't' }), { feature: 'f' })).toEqual([])
    expect(missing({ ...strict, rules: [{ set: { team: 't', feature: 'f' } }] })).toEqual([])
    expect(missing({ ...strict, rules: [{ match: { tenant: 'other' }, set: { team: 't' } }] })).toContain('team')
  })

  test('a rule on what only the ledger knows has the benefit of the doubt', () => {
    const rule = (match: object) => ({ ...strict, rules: [{ match, set: { team: 't', feature: 'f' } }] })
    expect(missing(rule({ model: 'gpt-*' }))).toEqual([])
    expect(missing(rule({ provider: 'openai', service: 'other' }))).toEqual(['team', 'feature'])
  })

  test('of a usage event the model is known', () => {
    const event = { model: 'gpt-4o', attribution: {}, tags: { feature: 'f' } }
    const rules = (model: string) => ({ ...strict, rules: [{ match: { model }, set: { team: 't' } }] })
    expect(withConfig(rules('gpt-*')).missingInEvent(event, undefined, noPins)).toEqual([])
    expect(withConfig(rules('claude-*')).missingInEvent(event, undefined, noPins)).toEqual(['team'])
  })

  test.each<[Attributes, boolean]>([
    [{ 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm' }, true],
    [{ 'gen_ai.usage.input_tokens': 3 }, true],
    [{ 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.usage.input_tokens': 3 }, false],
    [{ 'gen_ai.operation.name': 'execute_tool', 'gen_ai.request.model': 'm' }, false],
    [{ 'openinference.span.kind': 'CHAIN', 'llm.model_name': 'm' }, false],
    [{ 'openinference.span.kind': 'LLM', 'llm.model_name': 'm' }, true],
    [{ 'ai.operationId': 'ai.generateText', 'ai.model.id': 'm' }, false],
    [{ 'ai.operationId': 'ai.generateText.doGenerate', 'ai.model.id': 'm' }, true],
    [{ 'langfuse.observation.type': 'span', 'gen_ai.request.model': 'm' }, false],
    [{ 'http.route': '/v1' }, false],
  ])('%j is asked for them: %s', (attributes, asked) => {
    expect(isChargeable(new Map(Object.entries(attributes)))).toBe(asked)
  })
})

describe('pins', () => {
  test('a key’s pins go through the header, by the sha256 of the key in any case', () => {
    const { pinsHeader } = withConfig({ api_keys: [{ key_sha256: 'A'.repeat(64), set: { team: 'Zürich' } }] })
    expect(decodePins(pinsHeader('a'.repeat(64)))).toEqual({ team: 'Zürich' })
    expect(pinsHeader('b'.repeat(64))).toBeUndefined()
  })

  test.each(['', '{', '[]', 'null', '"x"', '{"team": {"a": 1}, "color": "red", "__proto__": {"user": "x"}}'])(
    'a header like %j pins nothing',
    (header) => expect(decodePins(header)).toEqual({}),
  )

  test('whatever the header, a pin is short, clean text', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('team', 'user', 'x'), fc.string({ unit: 'binary' })), (pins) => {
        const { x: _, ...read } = decodePins(encodePins(pins)) as Record<string, string>
        for (const text of Object.values(read)) expect(/[\p{Cc}\p{Surrogate}]/u.test(text)).toBe(false)
      }),
    )
  })
})

test('globs: agree with what a regular expression would say, whatever the pattern', () => {
  const char = fc.constantFrom('a', 'b', '*', '?', '.', '[')
  fc.assert(
    fc.property(fc.string({ unit: char, maxLength: 8 }), fc.string({ unit: char, maxLength: 8 }), (pattern, text) => {
      const escaped = pattern
        .replace(/[.[\]]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')
      expect(compileGlobs(pattern)(text)).toBe(new RegExp(`^${escaped}$`, 's').test(text))
    }),
    { numRuns: 2000 },
  )
})

test('globs: a pattern made to be slow is not', () => {
  const started = performance.now()
  expect(compileGlobs(`${'*a'.repeat(100)}b`)('a'.repeat(256))).toBe(false)
  expect(performance.now() - started).toBeLessThan(500)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AttributeValue } from '../events/otlp.ts'
import { attribute } from './attribution.ts'

type Attributes = Readonly<Record<string, AttributeValue>>
const who = (attributes: Attributes, resource: Attributes = {}) =>
  attribute({
    attributes: new Map(Object.entries(attributes)),
    resource: { attributes: new Map(Object.entries(resource)) },
  })

test('per dimension the first place that says something wins', () => {
  const own = { 'spanledger.session': 'own' }
  const resource = { 'spanledger.session': 'resource', 'session.id': 'resource convention' }
  const convention = { 'session.id': 'convention' }
  const session = (...args: Parameters<typeof who>) => who(...args).attribution.session
  expect(session({ ...own, ...convention }, resource)).toBe('own')
  expect(session(convention, resource)).toBe('resource')
  expect(session(convention, { 'session.id': 'resource convention' })).toBe('convention')
  expect(session({}, { 'session.id': 'resource convention' })).toBe('resource convention')
  expect(session({})).toBeUndefined()
})

test('a blank says nothing, so the next place is asked', () => {
  expect(who({ 'spanledger.team': '  ' }, { 'spanledger.team': 'search' }).attribution.team).toBe('search')
})

test.each([
  ['environment', 'deployment.environment.name'],
  ['environment', 'deployment.environment'],
  ['release', 'service.version'],
  ['service', 'service.name'],
  ['user', 'user.id'],
  ['user', 'enduser.id'],
])('%s is found in the convention %s of the resource', (dimension, name) => {
  expect(who({}, { [name]: 'v' }).attribution).toEqual({ [dimension]: 'v' })
})

test('numbers and booleans are kept by their spelling, lists with commas, structures not at all', () => {
  const { attribution } = who({
    'spanledger.user': 42,
    'spanledger.session': 9_007_199_254_740_993n,
    'spanledger.feature': true,
    'spanledger.team': ['a', 'b'],
    'spanledger.project': new Map([['k', 'v']]),
  })
  expect(attribution).toEqual({ user: '42', session: '9007199254740993', feature: 'true', team: 'a,b' })
})

test('a value that is too long is cut between characters, and said to be', () => {
  const { attribution, truncated } = who({ 'spanledger.user': `${'x'.repeat(255)}😀` })
  expect(attribution.user).toBe('x'.repeat(255))
  expect(truncated).toBe(true)
  expect(who({ 'spanledger.user': 'x'.repeat(256) }).truncated).toBe(false)
})

test('tags come from span and resource, and the span’s win', () => {
  const { tags } = who(
    { 'spanledger.tags.k': 'span', 'spanledger.tags.n': 1 },
    { 'spanledger.tags.k': 'resource', 'spanledger.tags.r': 'r' },
  )
  expect(tags).toEqual({ k: 'span', n: '1', r: 'r' })
})

test('more tags than the ledger keeps are cut by name, the same ones every time', () => {
  const all = Array.from({ length: 100 }, (_, n) => [`spanledger.tags.t${String(n).padStart(3, '0')}`, n] as const)
  const { tags, truncated } = who(Object.fromEntries(all.toReversed()))
  expect(Object.keys(tags)).toEqual(all.slice(0, 64).map(([name]) => name.slice(16)))
  expect(truncated).toBe(true)
})

test('hostile names and values stay data', () => {
  const { tags, attribution } = who({
    'spanledger.tags.__proto__': 'polluted',
    'spanledger.tags.constructor': 'x',
    'spanledger.__proto__': 'y',
    'spanledger.user': "'; DROP TABLE ledger; --\u0000\u001b[2J",
  })
  expect(Object.entries(tags)).toEqual([
    ['__proto__', 'polluted'],
    ['constructor', 'x'],
  ])
  expect(Object.getPrototypeOf(tags)).toBe(Object.prototype)
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  expect(attribution).toEqual({ user: "'; DROP TABLE ledger; --\ufffd\ufffd[2J" })
})

test('whatever the attributes: no throw, and every value is short, clean text', () => {
  const value: fc.Arbitrary<AttributeValue> = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.double(),
    fc.bigInt(),
  )
  const name = fc.oneof(
    fc.constantFrom('spanledger.team', 'user.id', 'spanledger.tags.', 'spanledger.tags.a'),
    fc.string({ unit: 'binary' }).map((rest) => `spanledger.tags.${rest}`),
  )
  fc.assert(
    fc.property(fc.dictionary(name, value), (attributes) => {
      const { attribution, tags } = who(attributes)
      for (const text of [...Object.values(attribution), ...Object.values(tags), ...Object.keys(tags)]) {
        expect(text.length).toBeGreaterThan(0)
        expect(text.length).toBeLessThanOrEqual(256)
        expect(/[\p{Cc}\p{Surrogate}]/u.test(text)).toBe(false)
      }
    }),
  )
})

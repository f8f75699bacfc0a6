import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseLooseLiteral } from './loose-literal.ts'

test('JSON is read as JSON', () => {
  expect(parseLooseLiteral('{"a": [1, 2.5, null, true, "x"]}')).toEqual({ a: [1, 2.5, null, true, 'x'] })
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), (text) => {
      expect(parseLooseLiteral(text)).toEqual(JSON.parse(text))
    }),
  )
})

test.each([
  ["{'cached_tokens': 5, 'audio': None, 'ok': True}", { cached_tokens: 5, audio: null, ok: true }],
  ['{"it\'s": 1, \'a\': "b\'c"}', { "it's": 1, a: "b'c" }],
  ["['a', ('b',), (), {1, 2}, {}]", ['a', ['b'], [], [1, 2], {}]],
  ["{'x': -1.5e-07, 'y': +3, 'z': 1_000}", { x: -1.5e-7, y: 3, z: 1000 }],
  ['"tab\\t nul\\x00 \\u20ac \\U0001f600 \\\\ \\101"', 'tab\t nul\0 € 😀 \\ A'],
  ["b'bytes'", 'bytes'],
  ['{1: 2, None: 3}', { 1: 2, null: 3 }],
  ["Usage(input_tokens=3, details=Details(cached_tokens=None), tier=<Tier.A: 'a'>)", usageRepr()],
  ["{'at': datetime.datetime(2026, 1, 2), 'cost': Decimal('0.1'), 'o': <object at 0x7f>}", opaqueRepr()],
  ['{"a": NaN, "b": -Infinity}', { a: Number.NaN, b: Number.NEGATIVE_INFINITY }],
])('Python writes %s', (text, value) => expect(parseLooseLiteral(text)).toEqual(value))

function usageRepr() {
  return { input_tokens: 3, details: { cached_tokens: null }, tier: 'a' }
}

function opaqueRepr() {
  return { at: [2026, 1, 2], cost: '0.1', o: null }
}

test.each([
  ['nothing', ''],
  ['a word', 'hello'],
  ['half a dict', "{'a': 1"],
  ['half a string', "{'a': 'b"],
  ['half an escape', "'\\u12"],
  ['an impossible character', "'\\U00110000'"],
  ['more than one value', '{} {}'],
  ['a missing comma', "{'a': 1 'b': 2}"],
  ['a dict that is also a set', "{'a': 1, 'b'}"],
  ['a list as a key', '{(1, 2): 3}'],
  ['a computation', '1 + 1'],
])('%s is no value', (_, text) => expect(parseLooseLiteral(text)).toBeUndefined())

test('what is too deep or too long is no value, and is found out quickly', () => {
  for (const deep of ['[', '{"a":', "{'a':", '(', 'A(', 'A(b=', '<A:', "'", '\\', '{', '-', "b'"]) {
    expect(parseLooseLiteral(deep.repeat(5000))).toBeUndefined()
  }
  expect(parseLooseLiteral(`${'['.repeat(30)}${']'.repeat(30)}`)).toBeUndefined()
  expect(parseLooseLiteral(`${'('.repeat(30)}${')'.repeat(30)}`)).toBeUndefined()
  expect(parseLooseLiteral(`"${'x'.repeat(70_000)}"`)).toBeUndefined()
})

test('a name never reaches an object’s prototype', () => {
  const value = parseLooseLiteral("{'__proto__': {'polluted': True}}") as object
  expect(Object.keys(value)).toEqual(['__proto__'])
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
})

test('whatever the text: no throw', () => {
  const piece = fc.constantFrom(...'{}[]()<>:,=\'"\\-+.eExuU0123 \n', 'None', 'True', 'nan', 'A(', "b'", '1_', '\\x')
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.array(piece, { maxLength: 40 })), (text) => {
      parseLooseLiteral(typeof text === 'string' ? text : text.join(''))
    }),
    { numRuns: 2000 },
  )
})

test('what Python’s own repr writes is read back', ({ skip }) => {
  const values = fc.sample(fc.jsonValue({ maxDepth: 5 }), { numRuns: 300, seed: 7 })
  const script = 'import sys,json\nprint(json.dumps([repr(v) for v in json.load(sys.stdin)]))'
  const python = spawnSync('python3', ['-c', script], { input: JSON.stringify(values), encoding: 'utf8' })
  if (python.status !== 0) skip('no python3 here, so nothing can be compared with its repr')
  const written = JSON.parse(python.stdout) as string[]
  expect(written.map(parseLooseLiteral)).toEqual(JSON.parse(JSON.stringify(values)))
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pathOf, walkJson } from './json-walk.ts'

interface Found {
  readonly texts: [path: string, characters: number][]
  readonly numbers: [path: string, value: number][]
}

function walk(text: string): Found {
  const found: Found = { texts: [], numbers: [] }
  walkJson(text, {
    text: (keys, depth, _from, _to, characters) => found.texts.push([pathOf(keys, depth), characters]),
    number: (keys, depth, from, to) => found.numbers.push([pathOf(keys, depth), Number(text.slice(from, to))]),
  })
  return found
}

/** The same of the value that the text is of. */
function expected(value: unknown, path: readonly string[] = [], found: Found = { texts: [], numbers: [] }): Found {
  if (typeof value === 'string') found.texts.push([path.filter(Boolean).join('.'), value.length])
  else if (typeof value === 'number' && path.at(-1)) found.numbers.push([path.filter(Boolean).join('.'), value])
  else if (Array.isArray(value)) for (const item of value) expected(item, [...path, ''], found)
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) expected(inner, [...path, key], found)
  }
  return found
}

const name = fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom('a', 'b', 'c', '_', '1') })
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.string({ unit: 'binary' }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4 }),
  ),
})).value

describe('walkJson', () => {
  it('comes across the strings and named numbers of any JSON, with their names and lengths', () => {
    fc.assert(
      fc.property(fc.dictionary(name, json, { maxKeys: 4 }), fc.boolean(), (value, indented) => {
        expect(walk(JSON.stringify(value, null, indented ? 2 : 0))).toEqual(expected(value))
      }),
    )
  })

  it('reads Python’s escapes as the characters they stand for', () => {
    expect(walk('{"a": "\\u3042\\n\\"\\ud83d\\ude00"}').texts).toEqual([['a', 5]])
  })

  it('ends somewhere in what is no JSON', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\a1 -') }), (text) => void walk(text)))
  })

  it.each([
    ['brackets', '['.repeat(1 << 20)],
    ['backslashes', `{"a":"${'\\'.repeat(1 << 20)}`],
    ['quotes', `{"a":"${'\\"'.repeat(1 << 19)}`],
    ['short strings', `[${'"",'.repeat(1 << 18)}`],
    ['numbers', `{"a":[${'1,'.repeat(1 << 19)}`],
  ])('takes time linear in %s', (_, text) => {
    const start = process.cpuUsage()
    walk(text)
    const { user, system } = process.cpuUsage(start)
    // quadratic time would be minutes
    expect(user + system).toBeLessThan(2_000_000)
  })
})

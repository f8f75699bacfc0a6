import { expect, test } from 'vitest'
import { compareVersions, matchesScope } from './scope-match.ts'

test.each([
  ['1.3b0', '1.3', 0],
  ['0.66b2', '0.7', 1],
  ['2.4b0', '10', -1],
  ['', '0', 0],
  ['1.0.0-rc.1', '1', 0],
  ['nonsense', '0.0.1', -1],
])('version %j against %j: %j', (left, right, sign) => {
  expect(Math.sign(compareVersions(left, right))).toBe(sign)
})

test('a range holds its first version and not its last', () => {
  const match = { name: 'a.b', from: '1', below: '2' }
  expect(['0.9', '1', '1.9.9', '2', ''].map((version) => matchesScope(match, 'a.b', version))).toEqual([
    false,
    true,
    true,
    false,
    false,
  ])
})

test('a name is exact unless it ends in a star', () => {
  expect(matchesScope({ name: 'ai' }, 'ai.other', '')).toBe(false)
  expect(matchesScope({ name: 'ai*' }, 'ai.other', '')).toBe(true)
})

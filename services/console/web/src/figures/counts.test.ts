import { expect, test } from 'vitest'
import { counted, exactCount, percent, shortCount } from './counts.ts'

test.each([
  ['0', '0'],
  ['999', '999'],
  ['9999', '9,999'],
  ['10000', '10.0k'],
  ['123456', '123k'],
  ['1999999', '1.99M'],
  ['12345678901', '12.3B'],
  ['-20000', '-20.0k'],
  ['9007199254740993000', '9,007,199T'],
])('%s is read as %s', (count, text) => {
  expect(shortCount(count)).toBe(text)
})

test('the exact figure has every digit, also beyond what a float can hold', () => {
  expect(exactCount('9007199254740993')).toBe('9,007,199,254,740,993')
})

test('one is one, several are several', () => {
  expect([counted('1', 'token'), counted('2', 'token'), counted('0', 'token')]).toEqual([
    '1 token',
    '2 tokens',
    '0 tokens',
  ])
})

test('no ratio is a dash, not 0', () => {
  expect([percent(null), percent(0), percent(0.3456)]).toEqual(['–', '0.0 %', '34.6 %'])
})

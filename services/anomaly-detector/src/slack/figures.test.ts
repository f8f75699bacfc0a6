import { expect, test } from 'vitest'
import { count, dollars, inUnit, percent, times } from './figures.ts'

test('dollars have cents, and below a dollar two digits that mean something; always rounded from the exact figure', () => {
  expect(
    ['48.104321098765432109', '1234567.895', '0.5', '0.00342', '0', '-2.5', '0.000000000000000001'].map(dollars),
  ).toEqual(['$48.10', '$1,234,567.90', '$0.50', '$0.0034', '$0.00', '-$2.50', 'next to nothing'])
})

test('ratios, counts and factors', () => {
  expect(percent('0.6249')).toBe('62.5 %')
  expect(count('1234567')).toBe('1,234,567')
  expect([times('48', '20'), times('480', '20'), times('1', '0'), times('x', '1')]).toEqual([
    '2.4×',
    '24×',
    undefined,
    undefined,
  ])
  expect(inUnit('0.0123', 'usd_per_request')).toBe('$0.012 per request')
})

test('what is no figure is a hole in the message, not a failure', () => {
  for (const show of [dollars, percent, count]) expect(show('NaN')).toBe('?')
})

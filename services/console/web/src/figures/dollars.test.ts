import { attoFromDecimal, decimalFromAtto } from '@spanledger/schemas/money'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { axisDollars, columnDollars, dollars, exactDollars } from './dollars.ts'

const anyAtto = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })

test.each([
  ['0', '$0.00'],
  ['0.0034', '$0.0034'],
  ['0.003412', '$0.0034'],
  ['12.34', '$12.34'],
  ['1234567.895', '$1,234,567.90'],
  ['0.1', '$0.10'],
  ['0.34567', '$0.35'],
  ['0.0996', '$0.100'],
  ['0.999', '$1.00'],
  ['-2.5', '-$2.50'],
  ['0.00000001', '$0.00000001'],
  ['0.000000000000000001', '<$0.00000001'],
])('%s USD is read as %s', (usd, text) => {
  expect(dollars(usd)).toBe(text)
})

test('the exact figure has every digit and at least two decimals', () => {
  expect(exactDollars('12')).toBe('$12.00')
  expect(exactDollars('1234.000000000000000001')).toBe('$1,234.000000000000000001')
  fc.assert(
    fc.property(anyAtto, (atto) => {
      const text = exactDollars(decimalFromAtto(atto)).replace('$', '').replaceAll(',', '')
      expect(attoFromDecimal(text)).toBe(atto)
    }),
  )
})

test('in columns the decimal points stand below each other, and something is never shown as nothing', () => {
  expect(['0', '0.0034', '12.5', '0.0000001'].map((usd) => columnDollars(usd))).toEqual([
    '$0.000000',
    '$0.003400',
    '$12.500000',
    '<$0.000001',
  ])
  fc.assert(
    fc.property(anyAtto, (atto) => {
      for (const text of [columnDollars(decimalFromAtto(atto)), dollars(decimalFromAtto(atto))]) {
        expect(/[1-9]/.test(text)).toBe(atto !== 0n)
      }
    }),
  )
})

test('ticks of an axis are short', () => {
  expect([0, 0.002, 0.0000005, 1.5, 20, 1200].map(axisDollars)).toEqual([
    '$0',
    '$0.002',
    '$0.0000005',
    '$1.5',
    '$20',
    '$1,200',
  ])
})

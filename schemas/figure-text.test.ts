import { expect, test } from 'vitest'
import { duration, grouped, utcMinute } from './figure-text.ts'

test('times are in words that need no counting', () => {
  expect([20_000, 130 * 60_000, 26 * 3_600_000, 24 * 3_600_000].map(duration)).toEqual([
    'less than a minute',
    '2 h 10 min',
    '1 d 2 h',
    '1 d',
  ])
  expect(utcMinute(Date.UTC(2026, 10, 21, 14, 20))).toBe('2026-11-21 14:20 UTC')
})

test('digits are in groups of three, from the end', () => {
  expect(['0', '999', '1000', '1234567', '-12345'].map(grouped)).toEqual(['0', '999', '1,000', '1,234,567', '-12,345'])
})

import type { AlertRow } from '@spanledger/schemas/api/alerts'
import { expect, test } from 'vitest'
import { changeText, figureText, spanText } from './words.ts'

const alert = (change: Partial<AlertRow>) => ({ unit: 'usd', resolved_at: null, ...change }) as AlertRow

test.each([
  ['12.34', 'usd', '$12.34'],
  ['0.0031', 'usd_per_request', '$0.0031'],
  ['0.625', 'ratio', '62.5 %'],
  ['12345', 'requests', '12,345'],
  ['12.5', 'requests', '12'],
  ['7', null, '7'],
] as const)('%s in %s reads %s', (value, unit, text) => {
  expect(figureText(value, unit)).toBe(text)
})

test.each([
  ['30', '10', 'usd', '3.0 × the usual'],
  ['15', '10', 'usd', '+50 %'],
  ['0.12', '0.6', 'ratio', '−80 %'],
  ['5', '0', 'requests', ''],
] as const)('%s against %s in %s is %s', (observed, expected, unit, text) => {
  expect(changeText(alert({ observed, expected, unit }))).toBe(text)
})

test('since when, until when and for how long: the day is said only where it is not today, and once', () => {
  const now = Date.parse('2026-01-10T14:30:00Z')
  const at = (opened_at: string, resolved_at: string | null = null) =>
    spanText(alert({ opened_at, resolved_at }), now, 'UTC')
  expect(at('2026-01-10T13:50:00Z')).toBe('since 13:50, 40 min')
  expect(at('2026-01-07T12:00:00Z')).toBe('since Jan 7, 12:00, 3 d 2 h')
  expect(at('2026-01-10T13:50:00Z', '2026-01-10T14:10:10Z')).toBe('13:50 – 14:10, 20 min')
  expect(at('2026-01-08T13:50:00Z', '2026-01-08T14:50:00Z')).toBe('Jan 8, 13:50 – 14:50, 1 h')
  expect(at('2026-01-08T23:50:00Z', '2026-01-09T00:50:00Z')).toBe('Jan 8, 23:50 – Jan 9, 00:50, 1 h')
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readIsoTime } from './event-time.ts'

test('the common form is read to the millisecond, whatever the moment', () => {
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(1000, 0, 1), max: Date.UTC(9999, 11, 31) }), (at) => {
      const text = new Date(at).toISOString()
      expect(readIsoTime(text)).toBe(at)
      expect(readIsoTime(text.replace('Z', '+00:00'))).toBe(at)
    }),
  )
})

test('a character that has no place in the common form makes it no time, or the time the full rule reads', () => {
  const text = '2026-11-20T10:00:00.123Z'
  fc.assert(
    fc.property(fc.nat(23), fc.constantFrom(...'0123456789:-.,TtZz+ e'), (place, character) => {
      const changed = text.slice(0, place) + character + text.slice(place + 1)
      const read = readIsoTime(changed)
      if (read !== undefined) expect(new Date(read).toISOString()).toBe(changed.toUpperCase().replace(',', '.'))
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ['2026-02-29T00:00:00.000Z', 'no leap year'],
  ['2026-04-31T00:00:00.000Z', 'April has 30 days'],
  ['2026-13-01T00:00:00.000Z', 'no such month'],
  ['2026-01-01T24:00:00.000Z', 'no such hour'],
  ['2026-01-01T00:60:00.000Z', 'no such minute'],
  ['2026-01-01T00:00:60.000Z', 'no such second'],
  ['2026-01-01T00:00:00.000', 'no zone'],
  ['2026-01-01', 'no time'],
  ['2026-01-01T00:00:00+19:00', 'no such zone'],
  ['0999-01-01T00:00:00.000Z', 'before any year of four digits'],
])('%s is no time: %s', (text) => {
  expect(readIsoTime(text)).toBeUndefined()
})

test.each([
  ['2024-02-29T23:59:59.999Z', Date.UTC(2024, 1, 29, 23, 59, 59, 999)],
  ['2026-01-01T00:00:00.123456789Z', Date.UTC(2026, 0, 1, 0, 0, 0, 123)],
  ['2026-01-01T01:30+01:30', Date.UTC(2026, 0, 1)],
  ['2025-12-31T22:00:00,5-0200', Date.UTC(2026, 0, 1, 0, 0, 0, 500)],
])('%s is read exactly', (text, at) => {
  expect(readIsoTime(text)).toBe(at)
})

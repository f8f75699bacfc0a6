import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createReportingDay } from './reporting-day.ts'

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'America/St_Johns',
  'Pacific/Apia',
]

test.each(zones)('the day is the one on a calendar in %s, around every change of its clocks', (timeZone) => {
  const day = createReportingDay(timeZone)
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' })
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2060, 0) }), (ms) => {
      expect(new Date(day(ms) * 86_400_000).toISOString().slice(0, 10)).toBe(format.format(ms))
    }),
    { numRuns: 500 },
  )
  const days = new Set<number>()
  for (let ms = Date.UTC(2025, 0), before = day(ms - 1); ms < Date.UTC(2026, 0); ms += 900_000) {
    for (const around of [ms - 1, ms, ms + 1]) {
      const found = day(around)
      days.add(found - before)
      before = found
    }
  }
  expect(days).toEqual(new Set([0, 1]))
})

test('the end of a day in a zone 5:45 ahead is at 18:15', () => {
  const day = createReportingDay('Asia/Kathmandu')
  const midnight = Date.UTC(2026, 0, 5, 18, 15)
  expect(day(midnight) - day(midnight - 1)).toBe(1)
  expect(day(midnight)).toBe(Date.UTC(2026, 0, 6) / 86_400_000)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLocalTime } from './local-time.ts'

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia', 'America/Santiago']
const anyTime = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 0, 1) })
const iso = (atMs: number) => new Date(atMs).toISOString()

test('a day begins where its calendar says, also when clocks change or midnight is skipped', () => {
  const start = (at: string, zone: string) => iso(createLocalTime(zone).startOfDay(Date.parse(at)))
  expect(start('2026-03-29T12:00:00Z', 'Europe/Berlin')).toBe('2026-03-28T23:00:00.000Z')
  expect(start('2026-03-30T12:00:00Z', 'Europe/Berlin')).toBe('2026-03-29T22:00:00.000Z')
  expect(start('2026-01-10T12:00:00Z', 'Asia/Kolkata')).toBe('2026-01-09T18:30:00.000Z')
  // clocks went from 24:00 to 1:00 there
  expect(start('2022-09-11T12:00:00Z', 'America/Santiago')).toBe('2022-09-11T04:00:00.000Z')
})

test('the same time of day some days before, across every change of the clocks', () => {
  const berlin = createLocalTime('Europe/Berlin')
  expect(iso(berlin.daysBefore(Date.parse('2026-03-30T07:30:00Z'), 1))).toBe('2026-03-29T07:30:00.000Z')
  expect(iso(berlin.daysBefore(Date.parse('2026-03-30T07:30:00Z'), 2))).toBe('2026-03-28T08:30:00.000Z')
  // 2:30 does not exist on the 29th: the first instant after
  expect(iso(berlin.daysBefore(Date.parse('2026-03-30T00:30:00Z'), 1))).toBe('2026-03-29T01:00:00.000Z')
})

test('times of day agree, days differ by as many as asked, and a start of day is the first instant of its day', () => {
  fc.assert(
    fc.property(anyTime, fc.integer({ min: 0, max: 30 }), fc.constantFrom(...zones), (at, days, zone) => {
      const time = createLocalTime(zone)
      const before = time.daysBefore(at, days)
      expect(Math.abs(at - before - days * 86_400_000)).toBeLessThanOrEqual(26 * 3_600_000)
      const start = time.startOfDay(at)
      expect(start).toBeLessThanOrEqual(at)
      expect(at - start).toBeLessThanOrEqual(25 * 3_600_000)
      expect(time.startOfDay(start)).toBe(start)
      expect(time.startOfDay(start - 1)).toBeLessThan(start)
    }),
    { numRuns: 300 },
  )
})

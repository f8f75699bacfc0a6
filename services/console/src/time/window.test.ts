import { ranges } from '@spanledger/schemas/api/choices'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { resolveWindow, type Window } from './window.ts'
import { dayAt, startOfDay } from './zone-days.ts'

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia', 'America/Santiago']
const anyTime = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 0, 1) })

function windowOf(...parameters: Parameters<typeof resolveWindow>): Window {
  const window = resolveWindow(...parameters)
  if (window.kind !== 'ok') throw new Error(window.reason)
  return window.value
}

test('a range ends with the step in which now is, and has whole steps without gaps', () => {
  fc.assert(
    fc.property(anyTime, fc.constantFrom(...ranges), fc.constantFrom(...zones), (nowMs, range, timeZone) => {
      const { step, buckets, fromMs, toMs, days } = windowOf({ range }, nowMs, timeZone)
      expect(fromMs).toBe(buckets[0])
      expect(toMs).toBeGreaterThan(nowMs)
      expect(buckets.at(-1)).toBeLessThanOrEqual(nowMs)
      expect(buckets.every((start, place) => place === 0 || start >= (buckets[place - 1] as number))).toBe(true)
      expect(days).toEqual(step === 'day' ? buckets.map((start) => dayAt(start, timeZone)) : [])
    }),
    { numRuns: 200 },
  )
})

test('from and to are widened to whole steps, never narrowed', () => {
  fc.assert(
    fc.property(
      anyTime,
      fc.integer({ min: 1, max: 400 * 86_400_000 }),
      fc.constantFrom(...zones),
      (start, length, timeZone) => {
        const [from, to] = [new Date(start).toISOString(), new Date(start + length).toISOString()]
        const window = windowOf({ from, to }, 0, timeZone)
        expect(window.fromMs).toBeLessThanOrEqual(start)
        expect(window.toMs).toBeGreaterThanOrEqual(start + length)
        expect(window.buckets.length).toBeLessThanOrEqual(402)
      },
    ),
    { numRuns: 200 },
  )
})

test('a day begins where the calendar of its zone says, also when clocks change or midnight is skipped', () => {
  const start = (day: string, zone: string) => new Date(startOfDay(day, zone)).toISOString()
  expect(start('2026-03-29', 'Europe/Berlin')).toBe('2026-03-28T23:00:00.000Z')
  expect(start('2026-03-30', 'Europe/Berlin')).toBe('2026-03-29T22:00:00.000Z')
  expect(start('2026-01-10', 'Asia/Kolkata')).toBe('2026-01-09T18:30:00.000Z')
  // clocks went from 24:00 to 1:00 there
  expect(start('2022-09-11', 'America/Santiago')).toBe('2022-09-11T04:00:00.000Z')
})

test.each([
  [{ from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }, /before/],
  [{ from: '2026-01-02T00:00:00Z' }, /go together/],
  [{ range: '1h', from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' }, /either/],
  [{ from: '2020-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' }, /400 days/],
  [{ from: '0001-01-01T00:00:00Z', to: '0001-01-02T00:00:00Z' }, /between 1970/],
] as const)('%o is refused with what is wrong', (request, message) => {
  expect(resolveWindow(request, 0, 'UTC')).toMatchObject({ kind: 'reject', message: expect.stringMatching(message) })
})

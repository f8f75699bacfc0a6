import { expect, test } from 'vitest'
import { duration, settleStart } from './times.ts'

const door = Date.UTC(2026, 10, 20, 10)
const minute = 60_000

test('a start is kept to the whole millisecond', () => {
  expect(settleStart(door - 0.25, door)).toEqual({ kind: 'ok', value: { at: door - 1 } })
})

test('without a start it is the time at the door, which no replay changes, and it is flagged', () => {
  expect(settleStart(undefined, door)).toMatchObject({ value: { at: door, warning: 'TIME_FROM_DOOR' } })
})

test.each([
  ['5 minutes ahead', 5 * minute, undefined],
  ['6 minutes ahead', 6 * minute, 'TIME_AHEAD'],
  ['24 hours ahead', 24 * 60 * minute, 'TIME_AHEAD'],
])('%s: charged, warning %s', (_, ahead, warning) => {
  const judged = settleStart(door + ahead, door)
  expect(judged.kind === 'ok' && judged.value.warning).toBe(warning)
})

test.each([
  [door + 24 * 60 * minute + 1, 'TIME_FUTURE'],
  [Date.UTC(2019, 11, 31, 23, 59, 59, 999), 'TIME_TOO_OLD'],
  [Number.NaN, 'TIME_INVALID'],
])('a start at %d is refused: %s', (at, reason) => expect(settleStart(at, door)).toMatchObject({ reason }))

test('a duration is whole, not negative and fits the ledger, or absent', () => {
  expect([12.5, 0, -1, 2 ** 32, Number.NaN, undefined].map(duration)).toEqual([
    13,
    0,
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

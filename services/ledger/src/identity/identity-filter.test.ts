import { expect, test } from 'vitest'
import { IdentityFilter, type LoadKeys } from './identity-filter.ts'
import { eventKey } from './keys.ts'

const key = (n: number) => eventKey('t', String(n))

function ledger(rows: readonly (readonly [hour: number, key: string])[]) {
  const reads: [number, number][] = []
  const load: LoadKeys = async (from, to, onKey) => {
    reads.push([from, to])
    for (const [hour, k] of rows) if (hour >= from && hour <= to) onKey(hour, k)
  }
  return { load, reads }
}

test('a key of the two hours before, of the hour or of the two hours after may be held; any other is certainly new', async () => {
  const filter = new IdentityFilter(
    ledger([
      [8, key(1)],
      [10, key(2)],
      [12, key(3)],
      [13, key(4)],
    ]).load,
    1e9,
  ) // prettier-ignore
  const release = await filter.hold([10])
  expect([1, 2, 3, 4, 5].map((n) => filter.mayHold(key(n), 10))).toEqual([true, true, true, false, false])
  release()
})

test('neighbouring hours are read at once, and only once', async () => {
  const { load, reads } = ledger([])
  const filter = new IdentityFilter(load, 1e9)
  ;(await filter.hold([10, 11, 40]))()
  ;(await filter.hold([10, 12, 40]))()
  expect(reads).toEqual([
    [8, 13],
    [38, 42],
    [14, 14],
  ])
})

test('a key that was added may be held from then on', async () => {
  const filter = new IdentityFilter(ledger([]).load, 1e9)
  const release = await filter.hold([10])
  expect(filter.mayHold(key(1), 10)).toBe(false)
  filter.add(key(1), 10)
  expect(filter.mayHold(key(1), 10)).toBe(true)
  expect(filter.mayHold(key(1), 11)).toBe(true)
  release()
})

test('an hour in use is never forgotten, the longest untouched goes first, and what was forgotten is read again', async () => {
  const { load, reads } = ledger([[100, key(1)]])
  const filter = new IdentityFilter(load, 6 * 8192)
  const release = await filter.hold([10])
  ;(await filter.hold([50]))()
  ;(await filter.hold([100]))()
  expect(filter.bytes).toBeLessThanOrEqual(6 * 8192)
  reads.length = 0
  ;(await filter.hold([10]))()
  expect(reads).toEqual([])
  ;(await filter.hold([50]))()
  expect(reads).toEqual([[48, 52]])
  release()
})

test('when the hours in use do not fit, the answer is maybe, never no', async () => {
  const filter = new IdentityFilter(ledger([]).load, 2 * 8192)
  const release = await filter.hold([10])
  expect(filter.bytes).toBeLessThanOrEqual(2 * 8192)
  expect(filter.mayHold(key(1), 10)).toBe(true)
  release()
})

test('a failed read reaches everybody who waited, and is tried again', async () => {
  let fail = true
  const filter = new IdentityFilter(async (_from, _to, onKey) => {
    if (fail) throw new Error('away')
    onKey(10, key(1))
  }, 1e9)
  const both = await Promise.allSettled([filter.hold([10]), filter.hold([10])])
  expect(both.map((each) => each.status)).toEqual(['rejected', 'rejected'])
  fail = false
  const release = await filter.hold([10])
  expect(filter.mayHold(key(1), 10)).toBe(true)
  release()
})

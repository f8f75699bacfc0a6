import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPalette } from './palette.ts'
import { bucketAt, stack } from './stack.ts'

test('the top of the stack is the sum of all series', () => {
  expect(
    stack([
      [1, 0],
      [2, 5],
      [3, 0],
    ]),
  ).toEqual([
    [1, 0],
    [3, 5],
    [6, 5],
  ])
})

test('a time belongs to the bucket that has begun last', () => {
  const starts = fc
    .uniqueArray(fc.integer({ min: 0, max: 1_000 }), { minLength: 1 })
    .map((all) => all.toSorted((a, b) => a - b))
  fc.assert(
    fc.property(starts, fc.integer({ min: -10, max: 1_010 }), (starts, at) => {
      const expected = starts.filter((start) => start <= at).length - 1
      expect(bucketAt(starts, 1_001, at)).toBe(expected < 0 || at >= 1_001 ? undefined : expected)
    }),
  )
})

test('a slice keeps its colour when its rank changes, no two share one, and the rest is always the same', () => {
  const palette = createPalette()
  const [a, b, rest] = palette.colorsFor(['a', 'b', null])
  expect(palette.colorsFor(['b', 'c', 'a', null])).toEqual([b, '--slice-2', a, rest])
  expect(palette.colorsFor(['b', 'd'])).toEqual([b, '--slice-0'])
  expect(new Set(palette.colorsFor(['1', '2', '3', '4', '5', '6', '7', '8'])).size).toBe(8)
})

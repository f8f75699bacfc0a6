import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ConsecutiveList } from './consecutive-list.ts'

it('reports nothing while the first item is under way, then everything that is done behind it', () => {
  const list = new ConsecutiveList<number>()
  const [first, second, third] = [1, 2, 3].map((value) => list.push(value))
  expect(second!()).toBeUndefined()
  expect(first!()).toBe(2)
  expect(third!()).toBe(3)
  expect(list.length).toBe(0)
})

it('never reports an item while one before it is under way, whatever the order', () => {
  const orders = fc.integer({ min: 1, max: 30 }).chain((size) => {
    const indexes = Array.from({ length: size }, (_, index) => index)
    return fc.shuffledSubarray(indexes, { minLength: size, maxLength: size })
  })
  fc.assert(
    fc.property(orders, (order) => {
      const list = new ConsecutiveList<number>()
      const finish = order.map((_, index) => list.push(index))
      const done = new Set<number>()
      const reported: number[] = []
      for (const index of order) {
        done.add(index)
        const head = finish[index]!()
        if (head === undefined) continue
        for (let before = 0; before <= head; before++) expect(done.has(before)).toBe(true)
        reported.push(head)
      }
      expect(reported).toEqual(reported.toSorted((a, b) => a - b))
      expect(reported.at(-1)).toBe(order.length - 1)
    }),
  )
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Assignment, assignTogether } from './partitions-together.ts'

const topics = fc.dictionary(fc.constantFrom('spans', 'events', 'logs'), fc.constantFrom(1, 4, 12, 13), {
  minKeys: 1,
})
const members = fc.dictionary(
  fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
  fc.uniqueArray(fc.nat(14), { maxLength: 6 }),
  { minKeys: 1 },
)

const numbersOf = (assignment: Assignment) => [...new Set(Object.values(assignment).flat())]

describe('partitions that are assigned together', () => {
  it('each have exactly one owner, the same for every topic', () => {
    fc.assert(
      fc.property(topics, members, (counts, had) => {
        const assigned = assignTogether(counts, had)
        const owners = new Map<number, string>()
        for (const [member, assignment] of Object.entries(assigned)) {
          for (const number of Object.values(assignment).flat()) {
            expect(owners.get(number) ?? member).toBe(member)
            owners.set(number, member)
          }
        }
        for (const [topic, count] of Object.entries(counts)) {
          const all = Object.values(assigned).flatMap((assignment) => assignment[topic] ?? [])
          expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, number) => number))
        }
      }),
    )
  })

  it('are spread evenly', () => {
    fc.assert(
      fc.property(topics, members, (counts, had) => {
        const sizes = Object.values(assignTogether(counts, had)).map((assignment) => numbersOf(assignment).length)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('stay where they are when nothing changed, and come the same whatever the order', () => {
    fc.assert(
      fc.property(topics, members, (counts, had) => {
        const first = assignTogether(counts, had)
        const kept = Object.fromEntries(Object.entries(first).map(([id, assignment]) => [id, numbersOf(assignment)]))
        expect(assignTogether(counts, kept)).toEqual(first)
        expect(assignTogether(counts, Object.fromEntries(Object.entries(kept).toReversed()))).toEqual(first)
      }),
    )
  })

  it('move only as far as a new member needs them', () => {
    const assigned = assignTogether({ spans: 12 }, { a: [0, 1, 2, 3, 4, 5], b: [6, 7, 8, 9, 10, 11], c: [] })
    expect(assigned['a']?.['spans']).toEqual([0, 1, 2, 3])
    expect(assigned['b']?.['spans']).toEqual([6, 7, 8, 9])
    expect(assigned['c']?.['spans']).toEqual([4, 5, 10, 11])
  })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { observation, someTime } from '../testing/observations.ts'
import { connect } from './connect.ts'
import { identify } from './keys.ts'

const report = (n: number, usage: Record<string, number> | undefined) =>
  observation({ eventId: `e${n}`, responseId: 'r', at: someTime + n * 60_000, ...(usage && { usage }) })
const requestsIn = (all: ReturnType<typeof report>[]) => {
  const { components, alone } = connect(all.map(identify))
  return components.length + alone.length
}

test.each([
  ['equal totals', { input_tokens: 1, output_tokens: 2 }, 1],
  ['no totals', undefined, 1],
  ['the input alone', { input_tokens: 1 }, 1],
  ['the output alone', { output_tokens: 2 }, 1],
  ['another input', { input_tokens: 3, output_tokens: 2 }, 2],
  ['another input, and no output', { input_tokens: 3 }, 2],
])('reports of one response id at different times, of which one says %s', (_, usage, requests) => {
  expect(requestsIn([report(1, { input_tokens: 1, output_tokens: 2 }), report(2, usage)])).toBe(requests)
})

test('two of a response id are one when neither says what the other does not, whatever else there is', () => {
  const counts = fc.option(fc.constantFrom(1, 2), { nil: undefined })
  fc.assert(
    fc.property(
      fc.array(fc.record({ input_tokens: counts, output_tokens: counts }), { minLength: 1, maxLength: 7 }),
      (usages) => {
        const given = usages.map(
          (each) =>
            Object.fromEntries(Object.entries(each).filter(([, count]) => count !== undefined)) as Record<
              string,
              number
            >,
        )
        // By every pair, as it is said; the ledger looks at each report once.
        const groups = given.map((_, index) => new Set([index]))
        for (const [a, one] of given.entries())
          for (const [b, other] of given.entries()) {
            const differ = ['input_tokens', 'output_tokens'].some(
              (field) => one[field] !== undefined && other[field] !== undefined && one[field] !== other[field],
            )
            if (differ) continue
            const both = new Set([...(groups[a] ?? []), ...(groups[b] ?? [])])
            for (const index of both) groups[index] = both
          }
        expect(requestsIn(given.map((usage, n) => report(n, usage)))).toBe(new Set(groups).size)
      },
    ),
    { numRuns: 2000 },
  )
})

test('a response id that twenty thousand reports have is judged in time that grows with their number', () => {
  const all = Array.from({ length: 20_000 }, (_, n) =>
    identify(report(n, n % 3 === 0 ? { input_tokens: n } : { input_tokens: n, output_tokens: n })),
  )
  const start = performance.now()
  connect(all)
  expect(performance.now() - start).toBeLessThan(2_000)
})

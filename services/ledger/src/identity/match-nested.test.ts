import fc from 'fast-check'
import { expect, test } from 'vitest'
import { observation, someTime } from '../testing/observations.ts'
import { identify } from './keys.ts'
import { matchNested } from './match-nested.ts'
import { type Part, partOf } from './part.ts'

const toleranceMs = 2
let names = 0

function part(scope: string, start: number, latencyMs: number): Part {
  const id = (++names).toString(16)
  const ids = { traceId: id.padStart(32, '0'), spanId: id.padStart(16, '0') }
  return partOf([identify(observation({ source: 'span', scope, at: someTime + start, latencyMs, ...ids }))], [0])
}

const isOneSide = ({ scopes }: Part) => scopes.has('a')
const namesOf = (pairs: readonly (readonly Part[])[]) => pairs.map((pair) => pair.map(({ name }) => name))

/** As the rule says it: by start, each takes of all free ones around it the one that ends first. */
function byTheRule(parts: readonly Part[], isPair: (outer: Part, inner: Part) => boolean): Part[][] {
  const inOrder = (a: Part, b: Part) => (a.name < b.name ? -1 : 1)
  const byEnd = parts.toSorted((a, b) => a.end - b.end || b.start - a.start || inOrder(a, b))
  const free = new Set(parts)
  const pairs: Part[][] = []
  for (const inner of parts.toSorted((a, b) => a.start - b.start || a.end - b.end || inOrder(a, b))) {
    const isAround = (each: Part) => each.end >= inner.end - toleranceMs && each.start <= inner.start + toleranceMs
    const mayTake = (each: Part) => free.has(each) && isOneSide(each) !== isOneSide(inner)
    const outer = free.has(inner) && byEnd.find((each) => mayTake(each) && isAround(each) && isPair(each, inner))
    if (!outer) continue
    free.delete(outer)
    free.delete(inner)
    pairs.push([outer, inner])
  }
  return pairs
}

test('each takes the one around it that ends first, as if all were looked at', () => {
  const some = fc.tuple(fc.constantFrom('a', 'b'), fc.nat(30), fc.nat(20))
  fc.assert(
    fc.property(fc.array(some, { maxLength: 24 }), fc.nat(4), (all, unlike) => {
      const parts = all.map(([scope, start, latencyMs]) => part(scope, start, latencyMs))
      const isPair = (a: Part, b: Part) => unlike === 0 || (a.start + b.start) % (unlike + 1) !== 0
      expect(namesOf(matchNested(parts, toleranceMs, isOneSide, isPair))).toEqual(namesOf(byTheRule(parts, isPair)))
    }),
    { numRuns: Number(process.env.FC_RUNS ?? 2000) },
  )
})

test('thousands that ran at the same time are paired without comparing each with each', () => {
  const count = 3_000
  const parts = Array.from({ length: count }, () => [part('a', 0, 1_010), part('b', 5, 1_000)]).flat()
  let compared = 0
  const isPair = () => {
    compared++
    return true
  }
  expect(matchNested(parts, toleranceMs, isOneSide, isPair)).toHaveLength(count)
  expect(compared).toBe(count)
})

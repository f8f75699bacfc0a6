import { alertsConfig } from '@spanledger/schemas/config/alerts'
import type { Alert } from '@spanledger/schemas/events/alert'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Judgement, Level } from '../judge/judgement.ts'
import { contains, type Dims, dimensionsOfCuts, dimsOf, keyOf } from '../series/series.ts'
import { sampleAlert, sampleNowMs } from '../testing/sample-alert.ts'
import { decide, type NamedRule } from './decide.ts'

const named: NamedRule = { name: 'spend_spike', rule: alertsConfig.parse({}).rules.spend_spike! }
const ratio = 1.5
const [team, feature, model] = [
  ['a', 'b', 'c'],
  ['1', '2'],
  ['m', 'n', 'o'],
] as const

/** One feature's use of one model. */
interface Leaf {
  readonly dims: { readonly team: string; readonly feature: string; readonly model: string }
  readonly usual: number
  readonly excess: number
}

/** What is decided of these leaves, tick by tick; a series is seen to be out of bounds from its own tick on. */
function simulate(last: readonly Leaf[], seenFrom: (dims: Dims) => number, ticks: number, grows = false) {
  let leaves = last
  const cuts = dimensionsOfCuts(['tenant', 'team', 'feature', 'model'])
  const series = new Map<string, Dims>()
  for (const { dims } of leaves)
    for (const cut of cuts) {
      const one = dimsOf({ ...dims, environment: 'prod' }, cut)
      series.set(keyOf(one), one)
    }
  const alerts: Alert[] = []
  const opened: { dims: Dims; alsoIn: readonly Dims[] }[] = []
  for (let tick = 0; tick < ticks; tick++) {
    if (grows) leaves = last.map((leaf) => ({ ...leaf, excess: (leaf.excess * (tick + 1)) / ticks }))
    const judgements = [...series.values()].map((dims) => judgementOf(dims, leaves, seenFrom(dims) <= tick))
    const intents = decide({
      rules: [named],
      alerts,
      judgementsOf: () => judgements,
      judgementOf: (_rule, alert) => judgements.find(({ dims }) => keyOf(dims) === keyOf(alert.dims))!,
      untilMs: sampleNowMs + tick * 60_000,
      historical: false,
      mayOpen: true,
    })
    for (const intent of intents) {
      if (intent.kind !== 'open') {
        const place = opened.find(({ dims }) => intent.kind !== 'resolve' && keyOf(dims) === keyOf(intent.alert.dims))
        if (place && intent.kind !== 'resolve') place.alsoIn = [...place.alsoIn, ...intent.alsoIn]
        continue
      }
      alerts.push(sampleAlert({ dims: intent.judgement.dims }))
      opened.push({ dims: intent.judgement.dims, alsoIn: intent.alsoIn })
    }
  }
  return { opened, series: [...series.values()] }
}

function judgementOf(dims: Dims, leaves: readonly Leaf[], isSeen: boolean): Judgement {
  const own = leaves.filter((leaf) => contains(dims, leaf.dims))
  const expected = own.reduce((sum, { usual }) => sum + usual, 0)
  const excess = own.reduce((sum, leaf) => sum + leaf.excess, 0)
  function levelWithout(explained: number): Level {
    const left = excess - explained
    if (!isSeen || left < (ratio - 1) * expected) return 'within'
    return left >= 5 ? 'above' : 'raised'
  }
  return {
    dims,
    level: levelWithout(0),
    levelWithout,
    goesOn: true,
    excess,
    expected,
    excessPerHour: excess,
    ratio: (expected + excess) / expected,
    frame: { kind: 'spend_spike', window: { from: 0, to: sampleNowMs }, daysBefore: [1] },
  }
}

/** Any tenant: which features use which models, how much, and noise of a hundredth. */
const anyLeaves = fc
  .tuple(
    fc.uniqueArray(
      fc.record({
        team: fc.constantFrom(...team),
        feature: fc.constantFrom(...feature),
        model: fc.constantFrom(...model),
      }),
      { selector: JSON.stringify, minLength: 1, maxLength: 18 },
    ),
    fc.array(fc.double({ min: 5, max: 60, noNaN: true }), { minLength: 18, maxLength: 18 }),
    fc.array(fc.double({ min: -0.01, max: 0.01, noNaN: true }), { minLength: 18, maxLength: 18 }),
  )
  .map(([places, usual, noise]) =>
    places.map((dims, index): Leaf => ({ dims, usual: usual[index]!, excess: usual[index]! * noise[index]! })),
  )
const anyOrder = fc.array(fc.nat({ max: 4 }), { minLength: 60, maxLength: 60 })
const ticks = 8

/** The tick from which a series is seen, the same for the same series. */
function orderOf(order: readonly number[]): (dims: Dims) => number {
  const known = new Map<string, number>()
  return (dims) => {
    const key = keyOf(dims)
    if (!known.has(key)) known.set(key, order[known.size]!)
    return known.get(key)!
  }
}

/** The same with so much more in each. */
function raise(leaves: readonly Leaf[], by: (leaf: Leaf) => number): Leaf[] {
  return leaves.map((leaf) => ({ ...leaf, excess: leaf.excess + by(leaf) }))
}

const total = (leaves: readonly Leaf[]) => leaves.reduce((sum, { usual }) => sum + usual, 0)

test('one feature with one model is told once, in whatever order the series around it cross', () => {
  fc.assert(
    fc.property(
      anyLeaves,
      anyOrder,
      fc.nat(),
      fc.double({ min: 2, max: 50, noNaN: true }),
      (before, order, which, times) => {
        const hit = before[which % before.length]!
        const leaves = raise(before, (leaf) => (leaf === hit ? times * Math.max(hit.usual, 0.2 * total(before)) : 0))
        const { opened, series } = simulate(leaves, orderOf(order), ticks)
        expect(opened).toHaveLength(1)
        expect(contains(opened[0]!.dims, hit.dims)).toBe(true)
        const told = new Set(
          [opened[0]!, ...opened[0]!.alsoIn.map((dims) => ({ dims }))].map(({ dims }) => keyOf(dims)),
        )
        for (const dims of series.filter((one) => contains(one, hit.dims)))
          if (judgementOf(dims, leaves, true).level !== 'within') expect([...told]).toContain(keyOf(dims))
        // Seen all at once, it is where it is.
        expect(simulate(leaves, () => 0, 2).opened.map(({ dims }) => dims)).toEqual([hit.dims])
      },
    ),
    { numRuns: 300 },
  )
})

test('a model that many features use, and which rises in all of them, is told once as the model', () => {
  fc.assert(
    fc.property(
      anyLeaves,
      anyOrder,
      fc.constantFrom(...model),
      fc.double({ min: 1, max: 20, noNaN: true }),
      (before, order, which, times) => {
        const hit = before.filter(({ dims }) => dims.model === which)
        const others = before.filter(({ dims }) => dims.model !== which)
        fc.pre(new Set(hit.map(({ dims }) => dims.team)).size >= 2 && others.length > 0)
        // no one feature holds most of it, and the model does not hold nearly everything
        fc.pre(Math.max(...hit.map(({ usual }) => usual)) < 0.6 * total(hit) && total(hit) < 0.9 * total(before))
        const leaves = raise(before, (leaf) => (hit.includes(leaf) ? times * leaf.usual : 0))
        const whole: Dims = { model: which }
        // A part is seen with its whole or after it: it has the same rise and less volume.
        const any = orderOf(order)
        const seen = (dims: Dims) =>
          contains(whole, dims) || hit.some((leaf) => contains(dims, leaf.dims))
            ? Math.max(any(dims), any(whole))
            : any(dims)
        const { opened } = simulate(leaves, seen, ticks)
        expect(opened.map(({ dims }) => dims)).toEqual([whole])
      },
    ),
    { numRuns: 300 },
  )
})

test('where the features of a model rise unevenly, those that cross first wait for the model', () => {
  fc.assert(
    fc.property(
      anyLeaves,
      fc.constantFrom(...model),
      fc.array(fc.double({ min: 0.9, max: 1.1, noNaN: true }), { minLength: 18, maxLength: 18 }),
      (before, which, uneven) => {
        const hit = before.filter(({ dims }) => dims.model === which)
        fc.pre(new Set(hit.map(({ dims }) => dims.team)).size >= 2)
        // a team with most of it would be the narrower explanation
        const ofTeam = team.map((name) => total(hit.filter(({ dims }) => dims.team === name)))
        fc.pre(Math.max(...ofTeam) < 0.6 * total(hit) && total(hit) < 0.8 * total(before))
        const leaves = raise(before, (leaf) => (hit.includes(leaf) ? uneven[before.indexOf(leaf)]! * leaf.usual : 0))
        const { opened } = simulate(leaves, () => 0, 60, true)
        expect(opened.map(({ dims }) => dims)).toEqual([{ model: which }])
      },
    ),
    { numRuns: 100 },
  )
})

test('a model in many features and another feature at the same time are two alerts, and stay two', () => {
  fc.assert(
    fc.property(
      anyLeaves,
      fc.constantFrom(...model),
      fc.nat(),
      fc.double({ min: 1, max: 20, noNaN: true }),
      fc.double({ min: 0.7, max: 1.4, noNaN: true }),
      (before, which, other, times, size) => {
        const hit = before.filter(({ dims }) => dims.model === which)
        const others = before.filter(({ dims }) => dims.model !== which)
        fc.pre(new Set(hit.map(({ dims }) => dims.team)).size >= 2 && others.length > 2)
        fc.pre(Math.max(...hit.map(({ usual }) => usual)) < 0.45 * total(hit) && total(hit) < 0.6 * total(before))
        const second = others[other % others.length]!
        // The other feature is one that does not use the model.
        fc.pre(!hit.some(({ dims }) => dims.team === second.dims.team && dims.feature === second.dims.feature))
        // What rises in nearly everything there is would be told as the whole.
        const quiet = others.filter((leaf) => leaf !== second)
        const isQuiet = (axis: 'team' | 'model') => {
          const around = before.filter(({ dims }) => dims[axis] === second.dims[axis])
          const still = total(quiet.filter(({ dims }) => dims[axis] === second.dims[axis]))
          return still > 0.4 * total(around) || around.length === 1
        }
        fc.pre(isQuiet('team') && isQuiet('model') && total(quiet) > 0.4 * total(before))
        const own = size * times * total(hit)
        fc.pre(own > second.usual)
        const leaves = raise(before, (leaf) => (hit.includes(leaf) ? times * leaf.usual : leaf === second ? own : 0))
        const { opened } = simulate(leaves, () => 0, ticks)
        expect(opened.map(({ dims }) => keyOf(dims)).toSorted()).toEqual(
          [keyOf({ model: which }), keyOf(second.dims)].toSorted(),
        )
      },
    ),
    { numRuns: 300 },
  )
})

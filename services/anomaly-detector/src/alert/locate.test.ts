import { expect, test } from 'vitest'
import type { Judgement, Level } from '../judge/judgement.ts'
import type { Dims } from '../series/series.ts'
import { locate, type Suspect } from './locate.ts'

function suspect(dims: Dims, excess: number, expected: number, level: Level = 'above'): Suspect {
  const judgement: Judgement = {
    dims,
    level,
    levelWithout: () => level,
    goesOn: true,
    excess,
    expected,
    excessPerHour: excess,
    ratio: 2,
    frame: { kind: 'spend_spike', window: { from: 0, to: 1 }, daysBefore: [1] },
  }
  return { judgement, level, excess }
}

const where = (suspects: readonly Suspect[]) => locate(suspects).map(({ judgement }) => judgement.dims)
const [all, a, b] = [{}, { team: 'a' }, { team: 'b' }]
const [a1, a2, b1] = [
  { team: 'a', feature: '1' },
  { team: 'a', feature: '2' },
  { team: 'b', feature: '1' },
]
const a1m = { ...a1, model: 'm' }

test('the narrowest series that explains the widest is the one', () => {
  expect(where([suspect(all, 10, 20), suspect(a, 9.5, 8), suspect(a1, 9, 3), suspect(a1m, 8.8, 3)])).toEqual([a1m])
})

test('also where the narrow one alone is too small to be told', () => {
  expect(where([suspect(all, 6, 4), suspect(a, 4.8, 2, 'raised'), suspect(a1, 4.5, 1, 'raised')])).toEqual([a1])
})

test('two incidents at once stay two, whatever their sizes and the order in which they come', () => {
  const two = [suspect(all, 20, 40), suspect(a, 10, 8), suspect(a1, 10, 3), suspect(b, 10, 6), suspect(b1, 10, 3)]
  expect(where(two)).toEqual([a1, b1])
  expect(where(two.toReversed())).toEqual(expect.arrayContaining([a1, b1]))
  const unequal = [suspect(all, 24, 40), suspect(a, 20, 8), suspect(a1, 20, 3), suspect(b, 6, 6), suspect(b1, 6, 3)]
  expect(where(unequal)).toEqual([a1, b1])
})

test('two in one team stay two', () => {
  expect(where([suspect(all, 20, 60), suspect(a, 20, 30), suspect(a1, 10, 4), suspect(a2, 9, 4)])).toEqual([a1, a2])
})

test('what concerns everything is one alert on the whole', () => {
  expect(
    where([suspect(all, 20, 20), suspect(a, 14, 14), suspect(a1, 14, 14), suspect(b, 6, 6), suspect(b1, 6, 6)]),
  ).toEqual([all])
})

test('where everything is raised a little, and one part by far the most, it is that part', () => {
  expect(where([suspect(all, 20, 20), suspect(a, 17, 10), suspect(b, 3, 10, 'raised')])).toEqual([a])
})

test('what nobody is above in, nobody is told of', () => {
  expect(where([suspect(all, 3, 1, 'raised'), suspect(a, 3, 1, 'raised')])).toEqual([])
})

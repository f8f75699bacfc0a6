import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gravestFirst, mergeBands, type Pin, placePins } from './pins.ts'

const frame = { starts: [0, 100, 200], end: 300, marked: [] }
const area = { left: 50, top: 0, width: 600, height: 100 }

function pin(from: number, to: number | null = from + 10, tone: Pin['tone'] = 'past'): Pin {
  return { id: `${from}`, from, to, tone, label: '' }
}

test('a pin stands where it began, and its band ends where it was over, or with the window while it goes on', () => {
  const { groups, bands } = placePins([pin(100, 150), pin(200, null, 'bad')], frame, area)
  expect(groups.map(({ x, tone }) => [x, tone])).toEqual([
    [250, 'past'],
    [450, 'bad'],
  ])
  expect(bands.map(({ left, width }) => [left, width])).toEqual([
    [250, 100],
    [450, 200],
  ])
})

test('what began before the window stands at its edge; what was over by then, or begins later, is not there', () => {
  const { groups, bands } = placePins([pin(-50, 50), pin(-20, -10), pin(300), pin(-5, null)], frame, area)
  expect(groups.map(({ x, pins }) => [x, pins.length])).toEqual([[50, 2]])
  expect(bands.map(({ left, width }) => [left, width])).toEqual([
    [50, 100],
    [50, 600],
  ])
})

test('pins that stand close are one mark, as grave as the gravest of them', () => {
  const { groups } = placePins([pin(100), pin(101, null, 'warn'), pin(102, null, 'bad'), pin(130)], frame, area)
  expect(groups.map(({ tone, pins }) => [tone, pins.length])).toEqual([
    ['bad', 3],
    ['past', 1],
  ])
})

test('a list of them begins with what is grave, then with what is new', () => {
  const pins = [pin(1), pin(2), pin(3, null, 'warn'), pin(4, null, 'bad'), pin(5, null, 'bad')]
  expect(gravestFirst(pins).map(({ from }) => from)).toEqual([5, 4, 3, 2, 1])
})

test('bands of one tone that overlap are drawn once', () => {
  const { bands } = placePins([pin(0, 100), pin(50, 150), pin(250), pin(60, 70, 'bad')], frame, area)
  expect(mergeBands(bands).map(({ tone, left, width }) => [tone, left, width])).toEqual([
    ['past', 50, 300],
    ['past', 550, 20],
    ['bad', 170, 20],
  ])
})

test('however many there are, every pin of the window is in one mark, and no two marks overlap', () => {
  const pins = fc.array(fc.tuple(fc.integer({ min: -100, max: 400 }), fc.option(fc.integer({ min: 0, max: 99 }))))
  fc.assert(
    fc.property(pins, (spans) => {
      const all = spans.map(([from, length], index) => ({
        ...pin(from, length === null ? null : from + length),
        id: `${index}`,
      }))
      const { groups, bands } = placePins(all, frame, area)
      const within = all.filter(({ from, to }) => from < 300 && (to ?? 300) >= 0).map(({ id }) => id)
      expect(groups.flatMap((group) => group.pins.map(({ id }) => id)).toSorted()).toEqual(within.toSorted())
      expect(bands).toHaveLength(within.length)
      for (const [place, { x }] of groups.entries()) {
        expect(x).toBeGreaterThanOrEqual((groups[place - 1]?.x ?? -100) + 28)
        expect(x).toBeLessThanOrEqual(650)
      }
      for (const { left, width } of bands) expect(left + width).toBeLessThanOrEqual(650.000001)
    }),
  )
})

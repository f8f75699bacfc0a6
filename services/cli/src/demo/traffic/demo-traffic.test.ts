import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDemoTraffic } from './demo-traffic.ts'
import { incidentsNeedMs, planIncidents } from './incidents.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const nowMs = Date.UTC(2026, 10, 21, 12)

const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 })
/** Any moment of two years: the traffic repeats every two weeks, so that is every moment. */
const moments = fc.integer({ min: 0, max: 730 * 24 * 60 }).map((minutes) => Date.UTC(2025, 5, 1) + minutes * 60_000)

test('the same seed gives the same requests, whatever stretches they are asked for in', () => {
  fc.assert(
    fc.property(
      seeds,
      moments,
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
      (seed, fromMs, cuts) => {
        const toMs = fromMs + 8 * hourMs
        const incidents = planIncidents(seed, fromMs, toMs)
        const bounds = [
          fromMs,
          ...cuts.toSorted((a, b) => a - b).map((cut) => Math.round(fromMs + cut * 8 * hourMs)),
          toMs,
        ]
        const traffic = createDemoTraffic(seed, incidents)
        const pieces = bounds.slice(1).flatMap((bound, index) => traffic.between(bounds[index] as number, bound))
        expect(pieces).toEqual(createDemoTraffic(seed, incidents).between(fromMs, toMs))
      },
    ),
    { numRuns: 10 },
  )
})

test('every request has ids of its own and lies where it was asked for, in order', () => {
  const requests = createDemoTraffic(3, planIncidents(3, nowMs - 5 * hourMs, nowMs)).between(nowMs - 2 * dayMs, nowMs)
  for (const id of ['eventId', 'responseId', 'traceId'] as const) {
    expect(new Set(requests.map((request) => request[id])).size).toBe(requests.length)
  }
  expect(requests.map(({ at }) => at)).toEqual(requests.map(({ at }) => at).toSorted((a, b) => a - b))
  for (const { at } of requests) expect(at).toBeGreaterThanOrEqual(nowMs - 2 * dayMs)
  for (const { at } of requests) expect(at).toBeLessThan(nowMs)
})

test('21 days are between 45,000 and 50,000 requests, whatever the seed and the day', () => {
  fc.assert(
    fc.property(seeds, moments, (seed, toMs) => {
      const requests = createDemoTraffic(seed).expected(toMs - 21 * dayMs, toMs)
      expect(requests).toBeGreaterThan(45_000)
      expect(requests).toBeLessThan(50_000 - 100)
    }),
    { numRuns: 40 },
  )
  const traffic = createDemoTraffic(1)
  const difference = traffic.between(nowMs - 21 * dayMs, nowMs).length - traffic.expected(nowMs - 21 * dayMs, nowMs)
  expect(Math.abs(difference)).toBeLessThan(50)
})

test('incidents lie inside the stretch, apart from each other, on features of two teams, with quiet time around them', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 0, max: 120 }), (seed, spareMinutes) => {
      const fromMs = nowMs - incidentsNeedMs - spareMinutes * 60_000
      const [first, second, ...more] = planIncidents(seed, fromMs, nowMs)
      if (!first || !second) throw new Error('two incidents')
      expect(more).toEqual([])
      expect(new Set([first.kind, second.kind])).toEqual(new Set(['spend_spike', 'cache_regression']))
      expect(first.feature).not.toBe(second.feature)
      expect(first.fromMs).toBeGreaterThanOrEqual(fromMs + 15 * 60_000)
      expect(first.toMs).toBeLessThanOrEqual(second.fromMs - 19 * 60_000)
      expect(second.toMs).toBeLessThanOrEqual(nowMs - 74 * 60_000)
    }),
  )
})

test('an incident changes its feature only, and only while it lasts', () => {
  const fromMs = nowMs - 5 * hourMs
  const incidents = planIncidents(11, fromMs, nowMs)
  const quiet = new Map(
    createDemoTraffic(11)
      .between(fromMs, nowMs)
      .map((request) => [request.eventId, request]),
  )
  const isWithin = (at: number, kind: string, feature: string | undefined) =>
    incidents.some((one) => one.kind === kind && one.feature === feature && at >= one.fromMs && at < one.toMs)
  for (const request of createDemoTraffic(11, incidents).between(fromMs, nowMs)) {
    const usual = quiet.get(request.eventId)
    const { feature } = request.attribution
    if (usual === undefined) expect(isWithin(request.at, 'spend_spike', feature)).toBe(true)
    else if (isWithin(request.at, 'cache_regression', feature)) {
      expect(request.cacheReadTokens).toBe(0)
      expect(request.row).toEqual(usual.row)
    } else {
      const { release: _r, prompt_version: _p, ...attribution } = request.attribution
      expect({ ...usual, attribution: { ...usual.attribution, ...attribution } }).toEqual({
        ...request,
        attribution: usual.attribution,
      })
    }
    quiet.delete(request.eventId)
  }
  expect(quiet.size).toBe(0)
})

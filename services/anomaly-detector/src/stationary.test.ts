import { createAlertEventCodec } from '@spanledger/runtime/avro/alert-events'
import { createMemoryEventLog } from '@spanledger/runtime/event-log/memory'
import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { createManualClock } from '@spanledger/runtime/testing/manual-clock'
import { alertsConfig } from '@spanledger/schemas/config/alerts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMemoryAlertStore } from './testing/memory-alert-store.ts'
import { createDetector } from './detector.ts'
import { createDetectorEvents } from './events.ts'
import { createLocalTime } from './series/local-time.ts'
import { cachedAnswer, day, hour, today } from './testing/incidents.ts'
import { type Charge, traffic } from './testing/ledger-rows.ts'
import { createMemorySeriesReader } from './testing/memory-series-reader.ts'

/** What is opened while these charges are judged at these times, by rules with the least of thresholds on money. */
async function openedOn(charges: readonly Charge[], times: readonly number[]): Promise<string[]> {
  const clock = createManualClock(times[0])
  const store = createMemoryAlertStore(() => clock.nowMs())
  const log = createMemoryEventLog({ clock })
  await log.start()
  const config = alertsConfig.parse({
    rules: { spend_spike: { min_excess_usd: 0.01, min_requests: 10 }, cost_per_request: { min_excess_usd: 0.01 } },
  })
  const detector = createDetector({
    log,
    store,
    reader: createMemorySeriesReader(charges),
    measure: async ({ frame, selection }) => {
      throw new Error(`${frame.kind} on ${JSON.stringify(selection.dims)}`)
    },
    config: () => config,
    time: createLocalTime('UTC'),
    clock,
    alertEvents: createAlertEventCodec(),
    events: createDetectorEvents(createLogger({ name: 'test', level: 'silent' }), createMetrics()),
  })
  const opened: string[] = []
  for (const at of times) {
    await clock.advance(at - clock.nowMs())
    await detector.judge().catch((error: Error) => opened.push(error.message))
  }
  await log.stop()
  return opened
}

test('on traffic that stays as it is, however little and uneven, nothing opens', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 1e6 }),
      fc.constantFrom(6, 20, 60),
      fc.constantFrom(0.3, 0.95),
      async (seed, perHour, noise) => {
        const span = { from: today - 8 * day, to: today + day }
        const charges = [
          ...traffic({ ...span, perHour, noise, seed, charge: { team: 'a', feature: 'plain' } }),
          ...traffic({ ...span, perHour, seed: seed + 1, charge: cachedAnswer(0.6) }),
          // Every other request hits, the others do not: as uneven as a ratio can be.
          ...traffic({
            ...span,
            perHour,
            seed: seed + 2,
            charge: (_at, random) => ({
              team: 'b',
              feature: 'uneven',
              inputTokens: 1100 + Math.round(9000 * random() ** 2),
              cacheRead: random() < 0.5 ? 0 : 1024,
            }),
          }),
        ]
        const times = Array.from({ length: 45 }, (_, index) => today + 30_000 + index * (hour / 2 + 97_000))
        expect(await openedOn(charges, times)).toEqual([])
      },
    ),
    { numRuns: 6 },
  )
})

test('and a real change opens something, so that the silence above means something', async () => {
  const start = today + 10 * hour
  const charges = [
    ...traffic({ from: today - 8 * day, to: today + day, perHour: 20, charge: { team: 'a', feature: 'plain' } }),
    ...traffic({ from: start, to: start + 2 * hour, perHour: 300, seed: 5, charge: { team: 'a', feature: 'plain' } }),
  ]
  expect(await openedOn(charges, [start, start + 2 * hour])).toContain(
    'spend_spike on {"team":"a","feature":"plain","model":"gpt-4o"}',
  )
})

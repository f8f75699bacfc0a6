import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { eventually } from '@spanledger/runtime/testing/eventually'
import { createManualClock } from '@spanledger/runtime/testing/manual-clock'
import { expect, test } from 'vitest'
import type { Observation } from '../observation.ts'
import { landerOn } from '../testing/lander-on.ts'
import { chargesInPlace } from '../ports.ts'
import { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { observation, someTime } from '../testing/observations.ts'
import { createAuditor } from './auditor.ts'

const usage = { input_tokens: 100, output_tokens: 10 }
let names = 0
const span = (scope: string, fields: Partial<Observation> = {}) => {
  const id = (names++).toString(16)
  return observation({
    source: 'span',
    dialect: scope,
    scope,
    traceId: id.padStart(32, '0'),
    spanId: id.padStart(16, '0'),
    usage,
    latencyMs: 1000,
    attribution: { service: 'shop' },
    requestModel: 'm',
    ...fields,
  })
}
const requestsOf = (store: MemoryLedgerStore) => store.live().length

function audited(store: MemoryLedgerStore) {
  const metrics = createMetrics()
  const clock = createManualClock(someTime)
  const lander = landerOn(store, { clock: () => clock.nowMs() })
  const logger = createLogger({ name: 'test', level: 'silent' })
  const auditor = createAuditor({ store, lander, clock, logger, metrics })
  return { lander, auditor, clock, metricsText: () => metrics.render() }
}

test('twins that share nothing but service and time are one charge some seconds later, and marked', async () => {
  const store = new MemoryLedgerStore()
  const { lander, auditor, clock, metricsText } = audited(store)
  await auditor.start()
  await lander.land([span('framework')])
  await lander.land([span('sdk', { at: someTime + 10, latencyMs: 900 })])
  expect(requestsOf(store)).toBe(2)
  await clock.advance(2_000)
  await eventually('the two are one charge', () => requestsOf(store) === 1)
  await auditor.stop()
  expect(store.live()[0]?.warnings).toContain('DEDUP_HEURISTIC')
  expect(await metricsText()).toMatch(/spanledger_twins_merged_total\{.*by="heuristic".*\} 1/)
  expect(await metricsText()).toMatch(/spanledger_auditor_reversals_total\{.*by="heuristic".*\} 1/)
})

test('a span of an inference server is charged alone, and is its client once that comes, whichever comes first', async () => {
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    const store = new MemoryLedgerStore()
    const { lander, auditor } = audited(store)
    const client = span('sdk', { rank: 30 })
    const server = { ...span('vllm'), dialect: 'inference_server', rank: 60, traceId: client.traceId as string }
    const both = [client, { ...server, at: someTime + 40, latencyMs: 900, attribution: { service: 'vllm' } }]
    for (const index of order) {
      await lander.land([both[index] as Observation])
      await auditor.step()
      expect(requestsOf(store)).toBe(1)
    }
    expect(store.live()[0]).toMatchObject({ dialect: 'sdk', sources: ['inference_server', 'sdk'], inputTokens: 100 })
    expect(store.live()[0]?.warnings).toEqual([])
  }
})

test('pairs that look like twins and are not proven are counted, each once', async () => {
  const store = new MemoryLedgerStore()
  const { lander, auditor, metricsText } = audited(store)
  await lander.land([span('framework'), span('sdk', { attribution: {} })])
  await auditor.step()
  await lander.land([span('sdk', { usage: { input_tokens: 7 } })])
  await auditor.step()
  expect(requestsOf(store)).toBe(3)
  expect(await metricsText()).toMatch(/spanledger_double_count_suspected_total 1/)
})

test('a place too crowded to look for twins in is told, once, and nothing there is read', async () => {
  const store = new MemoryLedgerStore()
  const { lander, auditor, metricsText } = audited(store)
  await lander.land([span('framework'), span('sdk', { usage: { input_tokens: 7 } })])
  const place = {
    place: ['4acme', 'shop', '100/10'].join('\0'),
    signature: '1',
    charges: chargesInPlace + 1,
    identities: [],
  }
  store.findTwins = ({ recordedSince }) => Promise.resolve([{ ...place, signature: `${recordedSince}` }])
  store.readCharges = () => Promise.reject(new Error('read'))
  for (let step = 0; step < 3; step++) await auditor.step()
  expect(await metricsText()).toMatch(/spanledger_crowded_places_total 1/)
  expect(await metricsText()).not.toMatch(/spanledger_auditor_failures_total [1-9]/)
})

test('where all spans are of one scope nothing more is read', async () => {
  const store = new MemoryLedgerStore()
  const { lander, auditor } = audited(store)
  store.findTwins = () => Promise.reject(new Error('asked'))
  await lander.land([span('sdk'), span('sdk')])
  await auditor.step()
  expect(requestsOf(store)).toBe(2)
})

test('twins of the last 35 days are found by the sweep, whoever landed them and however long ago', async () => {
  const store = new MemoryLedgerStore()
  const at = someTime - 34 * 24 * 3_600_000
  const landed = landerOn(store, { clock: () => at })
  await landed.land([span('framework', { at })])
  await landed.land([span('sdk', { at: at + 10, latencyMs: 900 })])
  expect(await audited(store).auditor.step()).toBe(1)
  expect(requestsOf(store)).toBe(1)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hourMs } from '../identity/identity-filter.ts'
import type { Observation } from '../observation.ts'
import { ledgerOn } from '../testing/lander-on.ts'
import { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { observation, someTime } from '../testing/observations.ts'
import { sums } from '../testing/sums.ts'

const usage = { input_tokens: 100, output_tokens: 10 }
const day = 24 * hourMs
const request = (name: string, fields: Partial<Observation> = {}) =>
  observation({ eventId: name, requestModel: 'm', operation: 'chat', ...fields })
/** Requests of one series that cost something, one after the other. */
const history = (count: number, fields: Partial<Observation> = {}) =>
  Array.from({ length: count }, (_, n) =>
    request(`priced-${n}-${JSON.stringify(fields)}`, { usage, at: someTime - n * 1000, ...fields }),
  )
const accrued = (store: MemoryLedgerStore) => store.entries.reduce((sum, entry) => sum + entry.accruedCost, 0n)
const costOf = (store: MemoryLedgerStore) => store.entries.reduce((sum, entry) => sum + entry.cost, 0n)
const accrualIn = (store: MemoryLedgerStore) => {
  const [found, ...others] = store.live().filter(({ reportedUnits }) => reportedUnits === 0)
  if (!found || others.length > 0) throw new Error(`${others.length + 1} accruals`)
  return found
}
const basisIn = (store: MemoryLedgerStore) => JSON.parse(accrualIn(store).accrualBasis || 'null')

async function ledgerWith(reports: readonly Observation[]) {
  const store = new MemoryLedgerStore()
  const ledger = ledgerOn(store)
  await ledger.lander.land(reports)
  await ledger.auditor.step()
  return { store, ...ledger }
}

test('a request without usage is estimated by what others of its series cost on average, beside the cost', async () => {
  const others = history(7)
  const { store } = await ledgerWith([...others, request('lost')])
  const { store: alone } = await ledgerWith(others)
  const cost = costOf(alone)
  expect(costOf(store)).toBe(cost)
  expect(accrued(store) * 7n - cost).toBeLessThanOrEqual(7n)
  expect(accrualIn(store)).toMatchObject({
    kind: 'adjustment',
    reason: 'accrual_estimated',
    revision: 1,
    requests: 1,
    unpricedRequests: 1,
    cost: 0n,
    inputTokens: 0,
    warnings: ['USAGE_MISSING'],
  })
  expect(basisIn(store)).toMatchObject({ by: 'series', same: ['request_model', 'operation'], requests: '7' })
  expect(store.entries.reduce((sum, entry) => sum + entry.requests, 0)).toBe(8)
})

test('an estimate is written once, and again only when what others cost has changed by a tenth', async () => {
  const { store, lander, auditor } = await ledgerWith([...history(100), request('lost')])
  const entries = store.entries.length
  await auditor.step()
  await lander.land(history(2, { at: someTime - 50_000 }))
  await auditor.step()
  expect(store.entries).toHaveLength(entries + 2)
  await lander.land(history(300, { usage: { input_tokens: 100_000, output_tokens: 10_000 } }))
  await auditor.step()
  expect(accrualIn(store).revision).toBe(2)
  expect(basisIn(store).requests).toBe('402')
})

test('of many requests only those of its own feature and service count', async () => {
  const dear = { usage: { input_tokens: 1_000_000, output_tokens: 10 } }
  const mine = { attribution: { feature: 'chat', service: 'api' } }
  const { store } = await ledgerWith([
    ...history(30, mine),
    ...history(30, { ...dear, attribution: { feature: 'chat', service: 'batch' } }),
    ...history(30, { ...dear, attribution: { feature: 'report' } }),
    request('lost', mine),
  ])
  expect(basisIn(store)).toMatchObject({ same: ['request_model', 'feature', 'service', 'operation'], requests: '30' })
})

test('another tenant, provider, model, operation or time tells nothing', async () => {
  const { store } = await ledgerWith([
    ...history(5, { tenant: 'umbrella' }),
    ...history(5, { provider: 'anthropic' }),
    ...history(5, { requestModel: 'n' }),
    ...history(5, { operation: 'embeddings' }),
    ...history(5, { at: someTime - 9 * day }),
    request('lost'),
  ])
  expect(accrualIn(store)).toMatchObject({ accruedCost: 0n, accrualBasis: '', unpricedRequests: 1, kind: 'accrual' })
})

test('what had no history when it came is estimated once it has', async () => {
  const { store, lander, auditor } = await ledgerWith([request('lost', { at: someTime - 20 * day })])
  expect(accrued(store)).toBe(0n)
  await lander.land(history(3, { at: someTime - 18 * day }))
  await auditor.step()
  expect(basisIn(store).requests).toBe('3')
})

test('whole lengths are not replaced by what others cost; half of them are, unless that is less', async () => {
  const lengths = (fields: Partial<Observation>) => ledgerWith([...history(3), request('lost', fields)])
  const whole = await lengths({ inputCharacters: 400, outputCharacters: 40 })
  expect(basisIn(whole.store).by).toBe('characters')
  const half = await lengths({ outputCharacters: 4 })
  expect(basisIn(half.store).by).toBe('series')
  const large = await lengths({ outputCharacters: 4_000_000 })
  expect(basisIn(large.store).by).toBe('characters')
})

test('what is free is never estimated', async () => {
  const { store } = await ledgerWith([
    ...history(3),
    request('refused', { status: 'error' }),
    request('hit', { resultCache: 'exact_hit' }),
  ])
  expect(accrued(store)).toBe(0n)
  expect(store.entries).toHaveLength(5)
})

test('usage that comes later settles an estimate, and a report that was known changes nothing', async () => {
  const lost = request('lost', { responseId: 'r', latencyMs: 12, status: 'aborted' })
  const { store, lander } = await ledgerWith([...history(3), lost])
  expect(accrued(store)).not.toBe(0n)
  const entries = store.entries.length
  await lander.land([lost])
  expect(store.entries).toHaveLength(entries)
  await lander.land([observation({ responseId: 'r', rank: 30, at: someTime + 5, usage, requestModel: 'm' })])
  expect(accrued(store)).toBe(0n)
  expect(store.entries.reduce((sum, entry) => sum + entry.requests, 0)).toBe(4)
  expect(store.live().every(({ inputTokens }) => inputTokens === 100)).toBe(true)
})

test('once all usage has come nothing is accrued, in whatever order it came and whatever was estimated between', async () => {
  const report = fc.record({
    request: fc.nat(4),
    hasUsage: fc.boolean(),
    minutes: fc.constantFrom(0, 1, 200, 3000),
    inputCharacters: fc.option(fc.constantFrom(100, 4000), { nil: undefined }),
    status: fc.constantFrom('ok' as const, 'aborted' as const),
    steps: fc.boolean(),
    restarts: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(report, { maxLength: 14 }), fc.boolean(), async (reports, isLast) => {
      const store = new MemoryLedgerStore()
      const all = reports.map(({ request: n, hasUsage, minutes, inputCharacters, status }, index) =>
        observation({
          eventId: `e${index}`,
          responseId: `r${n}`,
          requestModel: 'm',
          at: someTime - minutes * 60_000,
          rank: 10 + (index % 3) * 10,
          status,
          ...(inputCharacters !== undefined && { inputCharacters }),
          ...(hasUsage && { usage: { input_tokens: 100 * (n + 1), output_tokens: 10 } }),
        }),
      )
      const settling = [...new Set(reports.map(({ request: n }) => n))].map((n) =>
        observation({
          eventId: `last-${n}`,
          responseId: `r${n}`,
          requestModel: 'm',
          usage: { input_tokens: 100 * (n + 1), output_tokens: 10 },
        }),
      )
      let { lander, auditor } = ledgerOn(store)
      await lander.land(history(2))
      if (!isLast) await lander.land(settling)
      for (const [index, each] of all.entries()) {
        if (reports[index]?.restarts) ({ lander, auditor } = ledgerOn(store))
        await Promise.all([lander.land([each]), ...(reports[index]?.steps ? [auditor.step()] : [])])
      }
      if (isLast) await lander.land(settling)
      await auditor.step()
      await auditor.step()
      expect(accrued(store)).toBe(0n)

      const whole = new MemoryLedgerStore()
      const { lander: other, auditor: sweeper } = ledgerOn(whole)
      await other.land([...settling, ...all, ...history(2)])
      await sweeper.step()
      expect(sums(store)).toEqual(sums(whole))
    }),
    { numRuns: 400 },
  )
})

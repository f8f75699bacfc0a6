import { describe, expect, test } from 'vitest'
import type { Observation } from '../observation.ts'
import { landerOn } from '../testing/lander-on.ts'
import { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { observation } from '../testing/observations.ts'
import { sums } from '../testing/sums.ts'

const usage = { input_tokens: 100, output_tokens: 10 }
const span = (id: string, scope: string, fields: Partial<Observation> = {}) =>
  observation({
    source: 'span',
    dialect: scope,
    scope,
    rank: scope === 'framework' ? 30 : 20,
    traceId: 'f'.repeat(32),
    spanId: id.repeat(16),
    requestModel: 'm',
    ...fields,
  })
const asked = span('a', 'framework', { usage, attribution: { team: 'search' } })
const failed = span('1', 'sdk', { parentSpanId: asked.spanId as string, status: 'error' })
const answered = span('2', 'sdk', { parentSpanId: asked.spanId as string, usage: { ...usage, cache_read_tokens: 40 } })

const live = (store: MemoryLedgerStore) =>
  store
    .live()
    .map(({ inputTokens, cacheReadTokens, priceState, attribution }) => [
      inputTokens,
      cacheReadTokens,
      priceState,
      attribution.team,
    ])
    .toSorted()

const request = [100, 40, 'priced', 'search']
const refused = [0, 0, 'free', 'untagged']

describe('a framework that tries again: what failed is free, what was answered is charged once', () => {
  test.each([
    ['what failed first, then what asked, then the answer', [failed, asked, answered]],
    ['the answer last of all', [asked, failed, answered]],
    ['what failed last of all', [answered, asked, failed]],
    ['what asked last of all', [failed, answered, asked]],
  ])('%s', async (_, order) => {
    const whole = new MemoryLedgerStore()
    await landerOn(whole).land(order)
    const store = new MemoryLedgerStore()
    for (const each of order) await landerOn(store).land([each])
    expect(live(store)).toEqual([refused, request])
    expect(sums(store)).toEqual(sums(whole))
    const entries = store.entries.length
    for (const each of order) expect(await landerOn(store).land([each])).toMatchObject({ known: 1, entries: 0 })
    expect(store.entries).toHaveLength(entries)
  })

  test('a pairing that a later report shows to be wrong is divided: a reversal, a replacement, and a charge of what is left', async () => {
    const store = new MemoryLedgerStore()
    const { lander } = { lander: landerOn(store) }
    await lander.land([failed, asked])
    expect(live(store)).toEqual([[100, 0, 'priced', 'search']])
    expect(await lander.land([answered])).toMatchObject({ requests: 0, merged: 1, known: 0, twins: ['parent'] })
    expect(store.entries.map(({ kind, reason, revision, requests }) => [kind, reason, revision, requests])).toEqual([
      ['charge', '', 0, 1],
      ['charge', 'twin_split', 0, 1],
      ['adjustment', 'twin_split', 0, -1],
      ['adjustment', 'twin_split', 1, 1],
    ])
  })

  test('what was divided is written in an order in which nothing can get lost', async () => {
    const month = { first: Date.UTC(2026, 10, 30, 23, 59, 59), second: Date.UTC(2026, 11, 1, 0, 0, 1) }
    const [one, two, three] = [
      { ...failed, at: month.first },
      { ...asked, at: month.first },
      { ...answered, at: month.second },
    ] as const
    const whole = new MemoryLedgerStore()
    await landerOn(whole).land([one, two, three])
    const store = new MemoryLedgerStore()
    await landerOn(store).land([one, two])
    for (const fate of ['refused', 'written', 'going on'] as const) {
      store.failInsert = fate
      await landerOn(store)
        .land([three])
        .catch(() => undefined)
      await store.settle()
    }
    await landerOn(store).land([three])
    expect(sums(store)).toEqual(sums(whole))
  })
})

test('a client that tries again within one span is one request', async () => {
  const store = new MemoryLedgerStore()
  await landerOn(store).land([answered, answered])
  expect(live(store)).toHaveLength(1)
})

import { expect, test } from 'vitest'
import { hourMs } from '../identity/identity-filter.ts'
import { sharedKeysAtOnce } from '../ports.ts'
import { ledgerOn } from '../testing/lander-on.ts'
import { MemoryLedgerStore } from '../testing/memory-ledger-store.ts'
import { observation, someTime } from '../testing/observations.ts'

const total = (store: MemoryLedgerStore, measure: 'requests' | 'inputTokens' | 'cost') =>
  store.entries.reduce((sum, entry) => sum + BigInt(entry[measure]), 0n)

const usage = { input_tokens: 100, output_tokens: 10 }

test('twins whose times lie days apart are one charge after a step, and stay one', async () => {
  const store = new MemoryLedgerStore()
  const { lander, auditor } = ledgerOn(store)
  const report = { responseId: 'r1', requestModel: 'm', usage }
  await lander.land([observation({ ...report, eventId: 'e1' })])
  await lander.land([observation({ ...report, eventId: 'e2', at: someTime - 20 * 24 * hourMs, rank: 30 })])
  expect(total(store, 'requests')).toBe(2n)
  expect(await auditor.step()).toBe(1)
  expect(total(store, 'requests')).toBe(1n)
  expect(total(store, 'inputTokens')).toBe(100n)
  expect(store.live()[0]?.observations).toHaveLength(2)
  expect(await auditor.step()).toBe(0)
  const entries = store.entries.length
  await lander.land([observation({ ...report, eventId: 'e2', at: someTime - 20 * 24 * hourMs, rank: 30 })])
  expect(store.entries).toHaveLength(entries)
})

test('what two ledgers charged at the same moment is one charge after a step of either', async () => {
  const store = new MemoryLedgerStore()
  const one = ledgerOn(store)
  const two = ledgerOn(store)
  const reports = Array.from({ length: 50 }, (_, n) =>
    observation({ eventId: `e${n}`, responseId: `r${n}`, requestModel: 'm', usage }),
  )
  await one.lander.land([observation({ eventId: 'warm' })])
  await two.lander.land([observation({ eventId: 'warm too' })])
  await Promise.all([
    one.lander.land(reports),
    two.lander.land(reports.map((each) => ({ ...each, eventId: `${each.eventId}'` }))),
  ]) // prettier-ignore
  expect(total(store, 'requests')).toBe(102n)
  expect(await two.auditor.step()).toBe(50)
  expect(total(store, 'requests')).toBe(52n)
  expect(await one.auditor.step()).toBe(0)
})

test('a response id that was plainly used twice stays two charges, marked', async () => {
  const store = new MemoryLedgerStore()
  const { lander, auditor } = ledgerOn(store)
  await lander.land([observation({ eventId: 'e1', responseId: 'r', usage })])
  await lander.land([
    observation({ eventId: 'e2', responseId: 'r', at: someTime + 5000, usage: { input_tokens: 7, output_tokens: 7 } }),
  ]) // prettier-ignore
  await auditor.step()
  expect(total(store, 'requests')).toBe(2n)
  expect(store.live().some((entry) => entry.warnings.includes('ID_REUSED'))).toBe(true)
})

test('response ids that many requests were given do not keep it from others, and are looked at once', async () => {
  const store = new MemoryLedgerStore()
  const { lander, auditor } = ledgerOn(store)
  const far = someTime - 3 * 24 * hourMs
  const reused = (at: number, tokens: number, name: string) =>
    Array.from({ length: sharedKeysAtOnce + 10 }, (_, n) =>
      observation({
        eventId: `${name}${n}`,
        responseId: `r${n}`,
        at,
        usage: { input_tokens: tokens, output_tokens: 1 },
      }),
    )
  await lander.land(reused(someTime, 5, 'a'))
  await lander.land(reused(far, 6, 'b'))
  await lander.land([observation({ eventId: 'twin', usage })])
  await lander.land([observation({ eventId: 'twin', usage, at: far })])
  const charged = total(store, 'requests')
  await auditor.step()
  await auditor.step()
  expect(total(store, 'requests')).toBe(charged - 1n)
  expect(total(store, 'inputTokens')).toBe(BigInt(sharedKeysAtOnce + 10) * 11n + 100n)
  expect(await store.findSharedKeys()).toEqual([])
})

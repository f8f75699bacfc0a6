import type { AlertEvent } from '@spanledger/schemas/events/alert'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SpanledgerError } from '../errors.ts'
import { createAlertEventCodec, decodeAlertEvent, encodeAlertEvent } from './alert-events.ts'
import { createFileSchemaRegistry } from './file-schema-registry.ts'

const event: AlertEvent = {
  eventId: '0191b0a0-0000-7000-8000-000000000001',
  event: 'opened',
  at: 1_795_262_400_123,
  alert: {
    tenant: 'acme',
    alertId: '0191b0a0-0000-7000-8000-000000000002',
    rule: 'spend',
    kind: 'spend_spike',
    state: 'open',
    severity: 'critical',
    openedAt: 1_795_258_800_000,
    updatedAt: 1_795_262_400_000,
    resolvedAt: null,
    dims: { team: 'search', model: 'gpt-4o' },
    observed: 12.5,
    expected: 3.25,
    impactUsd: 9_250_000_000_000_000_001n,
    impactUsdPerHour: -1n,
    explanation: {
      unit: 'usd',
      observed: '12.5',
      expected: '3.249999999999999999',
      window: { from: '2026-11-21T00:00:00.000Z', to: '2026-11-21T12:00:00.000Z' },
      baseline: 'the mean of the 7 days before, each until 12:00',
      asKnownAt: '2026-11-21T12:00:05.000Z',
      requests: '120000',
      costUsd: '12.5',
      contributors: [{ dimension: 'feature', value: 'chat “ä” 🙂', share: '0.9', usd: '8.3' }],
      alsoIn: [{ team: 'search' }, {}],
      historical: false,
      episode: 2,
      sql: { observed: 'select 1' },
    },
    runbook: 'docs/runbooks/spend_spike.md',
  },
}

test('an alert event is read back as it was written, money to the last digit', () => {
  expect(decodeAlertEvent(encodeAlertEvent(event))).toEqual(event)
  const resolved = {
    ...event,
    event: 'resolved',
    alert: { ...event.alert, state: 'resolved', resolvedAt: 5, dims: {} },
  }
  expect(decodeAlertEvent(encodeAlertEvent(resolved as AlertEvent))).toEqual(resolved)
})

test('any amount of money survives', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }), (impactUsd) => {
      const sent = { ...event, alert: { ...event.alert, impactUsd } }
      expect(decodeAlertEvent(encodeAlertEvent(sent)).alert.impactUsd).toBe(impactUsd)
    }),
  )
})

test('bytes that are no alert event are one clear error, whatever they are', () => {
  const good = encodeAlertEvent(event)
  const bad = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc.nat(good.length - 1).map((length) => good.subarray(0, length)),
    fc.uint8Array({ minLength: 1, maxLength: 8 }).map((more) => Buffer.concat([good, more])),
  )
  fc.assert(
    fc.property(bad, (bytes) => {
      expect(() => decodeAlertEvent(bytes)).toThrow(SpanledgerError)
    }),
  )
})

test('with a registry the record carries the id that the registry gave, and is read by it', async () => {
  const files = createFileSchemaRegistry()
  const codec = createAlertEventCodec(
    { register: () => Promise.resolve(77), lookup: (id) => files.lookup(id === 77 ? 1_900_000_002 : id) },
    { topicPrefix: 'eu.' },
  )
  await codec.ready()
  const value = codec.encode(event)
  expect([...value.subarray(0, 5)]).toEqual([0, 0, 0, 0, 77])
  expect(() => codec.decode(value)).toThrow('has not been looked up')
  await codec.prepare([value])
  expect(codec.decode(value)).toEqual(event)
})

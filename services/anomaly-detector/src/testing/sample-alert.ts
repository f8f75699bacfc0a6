import type { Alert, AlertEvent, AlertEventName } from '@spanledger/schemas/events/alert'
import { alertIdOf } from '../alert/ids.ts'
import { eventOf } from '../alert/make-alert.ts'

export const sampleNowMs = Date.UTC(2026, 10, 18, 14, 30)

/** An open alert of feature triage, with what a test changes. */
export function sampleAlert(change: Partial<Alert> = {}): Alert {
  const episode = change.explanation?.episode ?? 1
  const dims = change.dims ?? { team: 'support', feature: 'triage' }
  const rule = change.rule ?? 'spend_spike'
  return {
    tenant: 'default',
    alertId: alertIdOf(change.tenant ?? 'default', rule, dims, episode),
    rule,
    kind: 'spend_spike',
    state: 'open',
    severity: 'warning',
    openedAt: sampleNowMs - 3_600_000,
    updatedAt: sampleNowMs,
    resolvedAt: null,
    dims,
    observed: 31.12,
    expected: 20.15,
    impactUsd: 10_970_000_000_000_000_001n,
    impactUsdPerHour: 30_000_000_000_000_000_000n,
    runbook: 'docs/runbooks/spend_spike.md',
    explanation: {
      unit: 'usd',
      observed: '31.12',
      expected: '20.15',
      window: { from: '2026-11-18T00:00:00.000Z', to: '2026-11-18T14:30:00.000Z' },
      baseline: 'the mean of the 7 days before, each until 14:30',
      asKnownAt: '2026-11-18T14:29:58.000Z',
      requests: '622',
      costUsd: '31.12',
      contributors: [{ dimension: 'user', value: "u'7", share: '0.99', usd: '10.9' }],
      alsoIn: [{ team: 'support' }],
      historical: false,
      episode,
      sql: { observed: 'SELECT sum(cost) FROM ledger' },
    },
    ...change,
  }
}

export function sampleEvent(event: AlertEventName, alert: Alert = sampleAlert(), at = sampleNowMs): AlertEvent {
  return eventOf(event, alert, at)
}

import type { Alert, AlertEvent, AlertEventName, AlertExplanation } from '@spanledger/schemas/events/alert'

export const sampleNowMs = Date.UTC(2026, 10, 21, 14, 20)

export interface SampleEvent {
  readonly event?: AlertEventName
  /** Two events of one alert have the same. */
  readonly alertNumber?: number
  readonly at?: number
  readonly alert?: Partial<Alert>
  readonly explanation?: Partial<AlertExplanation>
}

/** What the detector says of a spend spike of team search; each part can be another. */
export function sampleEvent(options: SampleEvent = {}): AlertEvent {
  const { event = 'opened', alertNumber = 1, at = sampleNowMs } = options
  const isOver = event === 'resolved'
  const kind = options.alert?.kind ?? 'spend_spike'
  return {
    eventId: uuid(alertNumber, ['opened', 'updated', 'escalated', 'resolved'].indexOf(event) + 1),
    event,
    at,
    alert: {
      tenant: 'default',
      alertId: uuid(alertNumber, 0),
      rule: kind,
      kind,
      state: isOver ? 'resolved' : 'open',
      severity: event === 'escalated' ? 'critical' : 'warning',
      openedAt: sampleNowMs - 130 * 60_000,
      updatedAt: sampleNowMs,
      resolvedAt: isOver ? sampleNowMs : null,
      dims: { team: 'search' },
      observed: 48.1,
      expected: 20.04,
      impactUsd: 28_064_321_098_765_432_109n,
      impactUsdPerHour: 12_950_000_000_000_000_000n,
      runbook: `docs/runbooks/${kind}.md`,
      ...options.alert,
      explanation: {
        unit: 'usd',
        observed: '48.104321098765432109',
        expected: '20.04',
        window: { from: '2026-11-21T00:00:00.000Z', to: '2026-11-21T14:20:00.000Z' },
        baseline: 'the mean of the 7 days before, each until 14:20',
        asKnownAt: '2026-11-21T14:19:58.000Z',
        requests: '1234',
        costUsd: '48.104321098765432109',
        contributors: [
          { dimension: 'model', value: 'claude-opus-4-5', share: '0.83', usd: '23.293386511975308650' },
          { dimension: 'feature', value: 'summaries', share: '0.17', usd: '4.770934586790123459' },
        ],
        alsoIn: [{ feature: 'summaries' }],
        historical: false,
        episode: 1,
        sql: { observed: 'SELECT sum(cost) FROM ledger' },
        ...options.explanation,
      },
    },
  }
}

function uuid(alertNumber: number, event: number): string {
  return `00000000-0000-4000-8000-${String(alertNumber).padStart(11, '0')}${event}`
}

import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import type { Alert } from '@spanledger/schemas/events/alert'
import { type AlertEventRow, alertOf, insertAlertEvents, insertAlerts } from './alert-rows.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** Three open alerts and a month of others, with a channel that has stopped to take messages: for looking at the page. */
export async function insertSampleAlerts(clickhouse: ClickHouse, nowMs: number): Promise<readonly Alert[]> {
  const open = [spike(nowMs), brokenCache(nowMs), unpriced(nowMs)]
  const all = [...open, ...earlier(nowMs)]
  await insertAlerts(clickhouse, all)
  for (const alert of all) await insertAlertEvents(clickhouse, alert, eventsOf(alert, nowMs))
  return all
}

function spike(nowMs: number): Alert {
  return alertOf(nowMs, { severity: 'critical', openedAt: nowMs - 100 * minuteMs })
}

function brokenCache(nowMs: number): Alert {
  const window = { from: new Date(nowMs - 15 * minuteMs).toISOString(), to: new Date(nowMs).toISOString() }
  return alertOf(nowMs, {
    kind: 'cache_regression',
    openedAt: nowMs - 26 * minuteMs,
    dims: { feature: 'summaries', model: 'claude-sonnet-4-5' },
    observed: 0.0812,
    expected: 0.642,
    impactUsd: 7_412_300_000_000_000_000n,
    impactUsdPerHour: 17_104_100_000_000_000_000n,
    explanation: {
      unit: 'ratio',
      observed: '0.0812',
      expected: '0.642',
      window,
      baseline: 'the hit ratio of the 7 days before, over requests of at least 1,024 input tokens',
      requests: '812',
      costUsd: '31.204',
      contributors: [{ dimension: 'release', value: 'v43', share: '0.97', usd: '7.189931' }],
      alsoIn: [{ feature: 'summaries' }],
      episode: 3,
    },
  })
}

function unpriced(nowMs: number): Alert {
  return alertOf(nowMs, {
    kind: 'unpriced',
    openedAt: nowMs - 9 * hourMs,
    dims: { model: 'llama-3.3-70b-instruct' },
    observed: 431,
    expected: 0,
    impactUsd: 0n,
    impactUsdPerHour: 0n,
    explanation: { unit: 'requests', observed: '431', expected: '0', requests: '431', costUsd: '0', alsoIn: [] },
  })
}

function earlier(nowMs: number): Alert[] {
  const began = [3, 3.4, 3.6, 19, 19.2, 27, 75, 160, 161, 340, 341, 342, 343, 520, 690]
  return began.map((hours, index) => {
    const openedAt = nowMs - hours * hourMs
    return alertOf(nowMs, {
      kind: index % 3 === 1 ? 'cost_per_request' : 'spend_spike',
      severity: index % 4 === 0 ? 'critical' : 'warning',
      state: 'resolved',
      openedAt,
      resolvedAt: openedAt + (20 + 37 * (index % 5)) * minuteMs,
      dims: [{ team: 'support' }, { model: 'gpt-4o' }, {}, { team: 'growth', feature: 'ranking' }][index % 4] ?? {},
      impactUsd: BigInt(3 + index) * 10n ** 18n,
      ...(index % 3 === 1 && {
        observed: 0.031,
        expected: 0.0104,
        explanation: { unit: 'usd_per_request', observed: '0.031', expected: '0.0104' },
      }),
    })
  })
}

/** slack took everything until 70 minutes ago, and nothing since. */
function eventsOf(alert: Alert, nowMs: number): AlertEventRow[] {
  const deadSince = nowMs - 70 * minuteMs
  const said = (at: number, event: string): AlertEventRow[] => {
    const taken = at < deadSince
    const reason = '404 no_service'
    return [
      { at, event },
      {
        at: at + 800,
        event: taken ? 'delivered' : 'refused',
        target: 'slack',
        detail: { event, ...(!taken && { reason }) },
      },
    ]
  }
  const end = alert.resolvedAt
  return [
    ...said(alert.openedAt + 45_000, 'opened'),
    ...[2, 3, 4].map((minutes) => ({ at: alert.openedAt + minutes * minuteMs, event: 'updated' })),
    ...(end === null ? [] : said(end + 30_000, 'resolved')),
  ]
}

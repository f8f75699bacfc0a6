import type { Logger } from '@spanledger/runtime/logger'
import type { Metrics } from '@spanledger/runtime/metrics'
import { type JudgedKind, defaultAlertsConfig } from '@spanledger/schemas/config/alerts'
import { type Alert, type AlertEvent, alertEventNames, alertSeverities } from '@spanledger/schemas/events/alert'

/** What the detector reports, each thing once and in one place. */
export interface DetectorEvents {
  judged(tenant: string, series: number, cut: number): void
  said(event: AlertEvent): void
  /** Alerts in order of time: the last of an id counts. */
  open(alerts: readonly Alert[]): void
  took(ms: number): void
  failed(error: unknown): void
  /** Since the last judgement that succeeded; undefined before the first, and for who stands by. */
  age(ms: number | undefined): void
  leads(isLeader: boolean): void
}

const kinds = [...new Set(Object.values(defaultAlertsConfig.rules).map(({ kind }) => kind))] satisfies JudgedKind[]

export function createDetectorEvents(logger: Logger, metrics: Metrics): DetectorEvents {
  const open = metrics.gauge('spanledger_alerts_open', 'Alerts that are open', ['kind', 'severity'])
  const said = metrics.counter('spanledger_alert_events_total', 'What happened to alerts', ['kind', 'event'])
  const judgements = metrics.counter('spanledger_detector_judgements_total', 'Judgements of a tenant')
  const series = metrics.counter('spanledger_detector_series_judged_total', 'Series judged, once for each rule')
  const cut = metrics.counter(
    'spanledger_detector_series_cut_total',
    'Series that were not judged because their tenant has too many; the dearest are',
  )
  const failures = metrics.counter('spanledger_detector_failures_total', 'Judgements that failed and are tried again')
  const duration = metrics.histogram(
    'spanledger_detector_judgement_seconds',
    'How long it takes to judge every tenant once',
    [],
    [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  )
  const age = metrics.gauge(
    'spanledger_detector_last_judgement_age_seconds',
    'Since the last judgement that succeeded; -1 before the first, and for a detector that stands by',
  )
  const leader = metrics.gauge('spanledger_detector_leader', '1 for the detector that judges, 0 for one that stands by')
  age.set(-1)
  leader.set(0)
  for (const kind of kinds) {
    for (const severity of alertSeverities) open.set({ kind, severity }, 0)
    for (const event of alertEventNames) said.inc({ kind, event }, 0)
  }

  return {
    judged(tenant, count, left) {
      judgements.inc()
      series.inc(count)
      cut.inc(left)
      if (left > 0) logger.debug({ tenant, left }, 'more series than are judged')
    },
    said({ event, alert }) {
      said.inc({ kind: alert.kind, event })
      const { tenant, alertId, rule, kind, severity, dims } = alert
      logger.info({ tenant, alertId, rule, kind, severity, dims }, `alert ${event}: ${kind}`)
    },
    open(alerts) {
      const newest = new Map(alerts.map((alert) => [alert.alertId, alert]))
      open.reset()
      for (const kind of kinds) for (const severity of alertSeverities) open.set({ kind, severity }, 0)
      for (const { state, kind, severity } of newest.values()) if (state !== 'resolved') open.inc({ kind, severity })
    },
    took: (ms) => duration.observe(ms / 1000),
    failed(error) {
      failures.inc()
      logger.warn({ err: error }, 'a judgement failed and will be tried again')
    },
    age: (ms) => age.set(ms === undefined ? -1 : ms / 1000),
    leads(isLeader) {
      leader.set(isLeader ? 1 : 0)
      logger.info(isLeader ? 'this detector judges' : 'this detector stands by')
    },
  }
}

import type { AlertRow } from '@spanledger/schemas/api/alerts'
import { alertKindText, seriesText } from '@spanledger/schemas/alert-words'
import { duration } from '@spanledger/schemas/figure-text'
import { showView, type View } from '../address.ts'
import type { Pin } from '../charts/pins.ts'
import { dollars } from '../figures/dollars.ts'
import { pointInTime } from '../figures/times.ts'
import { alertTitle, isOver } from './words.ts'

/** Alerts as marks on a chart: since when, until when, a press opens the alert. */
export function pinsOf(alerts: readonly AlertRow[], timeZone: string) {
  const byId = new Map(alerts.map((alert) => [alert.alert_id, alert]))
  return {
    label: 'Alerts on the chart',
    all: alerts.map(
      (alert): Pin => ({
        id: alert.alert_id,
        from: Date.parse(alert.opened_at) / 1000,
        to: alert.resolved_at === null ? null : Date.parse(alert.resolved_at) / 1000,
        tone: toneOf(alert),
        label: `${alertTitle(alert)}, ${whenText(alert, timeZone)}`,
      }),
    ),
    render: ({ id }: Pin) => {
      const alert = byId.get(id)
      return alert && <AlertTip alert={alert} timeZone={timeZone} />
    },
    onOpen: (id: string) => showView({ alert: id }),
  }
}

/** Not those of other teams, features or models than the ones that are shown. */
export function alertsWithin(alerts: readonly AlertRow[], view: View): AlertRow[] {
  return alerts.filter(
    (alert) =>
      (view.tenant === null || view.tenant === alert.tenant) &&
      Object.entries(alert.dims).every(([name, value]) => [null, value].includes(view[name as 'team'] ?? null)),
  )
}

function AlertTip({ alert, timeZone }: { alert: AlertRow; timeZone: string }) {
  return (
    <>
      <p className="font-semibold">{alertKindText(alert.kind)}</p>
      <p>{seriesText(alert.dims)}</p>
      <p className="text-muted figures">
        {whenText(alert, timeZone)}
        {alert.impact_usd !== '0' && ` · ${dollars(alert.impact_usd)}`}
      </p>
    </>
  )
}

function toneOf(alert: AlertRow): Pin['tone'] {
  if (isOver(alert)) return 'past'
  return alert.severity === 'critical' ? 'bad' : 'warn'
}

function whenText(alert: AlertRow, timeZone: string): string {
  const opened = Date.parse(alert.opened_at)
  const since = pointInTime(opened, 0, timeZone)
  if (alert.resolved_at === null) return `since ${since}, ${alert.state}`
  return `from ${since} for ${duration(Date.parse(alert.resolved_at) - opened)}, ${alert.state}`
}

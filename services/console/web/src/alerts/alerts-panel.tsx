import type { AlertRow } from '@spanledger/schemas/api/alerts'
import { alertKindText, seriesText } from '@spanledger/schemas/alert-words'
import { showView } from '../address.ts'
import { dollars, exactDollars } from '../figures/dollars.ts'
import { exactTimeOfDay, pointInTime } from '../figures/times.ts'
import { Badge } from '../parts/badge.tsx'
import { onPlainClick } from '../parts/plain-click.ts'
import { ViewLink } from '../parts/view-link.tsx'
import { changeText, figureText, isOver, measureText, severityTone, spanText, stateTones } from './words.ts'

interface AlertsPanelProps {
  /** What is not over, whatever window is shown. */
  readonly open: readonly AlertRow[]
  /** What was going on in the window. */
  readonly inWindow: readonly AlertRow[]
  /** Entries recorded until then were judged; null where it is not known. */
  readonly judgedUntil: string | null
  /** The window in words. */
  readonly windowText: string
  /** By the server's clock. */
  readonly now: number
  readonly timeZone: string
}

/** What needs somebody, first; what is over in the window behind a line; a calm line when there is nothing. */
export function AlertsPanel({ open, inWindow, judgedUntil, windowText, now, timeZone }: AlertsPanelProps) {
  const over = inWindow.filter(isOver)
  return (
    <section aria-labelledby="alerts-title" className="panel">
      <h2 id="alerts-title" className={open.length > 0 ? 'px-4 pt-3 pb-1 font-semibold' : 'sr-only'}>
        Alerts
        {open.length > 0 && (
          <>
            <span className="text-muted font-normal"> {open.length} open </span>
            <Judged until={judgedUntil} now={now} timeZone={timeZone} />
          </>
        )}
      </h2>
      {open.length > 0 && <AlertsTable alerts={gravestFirst(open)} now={now} timeZone={timeZone} />}
      {open.length === 0 && (
        <p className="flex flex-wrap items-center gap-x-2 px-4 pt-2.5 pb-2.5">
          <span aria-hidden="true" className="bg-good size-2 rounded-full" />
          No open alerts
          <Judged until={judgedUntil} now={now} timeZone={timeZone} />
        </p>
      )}
      {over.length > 0 && (
        <details className="border-line border-t">
          <summary className="text-muted hover:text-ink cursor-pointer rounded-lg px-4 py-2 text-[13px] -outline-offset-2">
            {over.length} resolved in {windowText}
          </summary>
          <AlertsTable alerts={over} now={now} timeZone={timeZone} />
        </details>
      )}
    </section>
  )
}

/** A detector that is alive says this often how far it has judged, and then some. */
const staleMs = 180_000

/** How far the calm reaches; no calm where nobody looks. */
function Judged({ until, now, timeZone }: { until: string | null; now: number; timeZone: string }) {
  if (until === null) return null
  const at = Date.parse(until)
  if (now - at > staleMs) {
    return (
      <span className="text-warn text-[13px] font-normal">
        nothing was judged since {pointInTime(at, now, timeZone)}: is the detector running?
      </span>
    )
  }
  return <span className="text-muted figures text-[13px] font-normal">judged until {exactTimeOfDay(at, timeZone)}</span>
}

const head = 'px-2 py-1.5 font-normal first:pl-4 last:pr-4'
const cell = 'px-2 py-2 align-top first:pl-4 last:pr-4'

function AlertsTable({ alerts, now, timeZone }: { alerts: readonly AlertRow[]; now: number; timeZone: string }) {
  return (
    <table className="mb-1 w-full text-[13px]">
      <thead className="text-muted text-xs">
        <tr>
          <th className={`${head} text-left`}>What</th>
          <th className={`${head} hidden text-left sm:table-cell`}>Observed, expected</th>
          <th className={`${head} text-right max-sm:pr-4`}>Cost so far</th>
          <th className={`${head} hidden text-right max-lg:pr-4 sm:table-cell`}>Per hour</th>
          <th className={`${head} hidden text-left lg:table-cell`}>State</th>
        </tr>
      </thead>
      <tbody>
        {alerts.map((alert) => (
          <AlertRowView key={alert.alert_id} alert={alert} now={now} timeZone={timeZone} />
        ))}
      </tbody>
    </table>
  )
}

function AlertRowView({ alert, now, timeZone }: { alert: AlertRow; now: number; timeZone: string }) {
  const free = alert.unit === 'requests'
  return (
    // For the mouse the whole row opens it; for everybody else there is the link.
    <tr
      onClick={(event) => onPlainClick(event, () => showView({ alert: alert.alert_id }))}
      className="border-line hover:bg-hover cursor-pointer border-t"
    >
      <td className={cell}>
        <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
          <ViewLink change={{ alert: alert.alert_id }} className="font-semibold hover:underline">
            {alertKindText(alert.kind)}
          </ViewLink>
          <Badge tone={severityTone(alert)}>{alert.severity}</Badge>
          <span className="lg:hidden">{isOver(alert) || alert.state === 'open' ? null : <State alert={alert} />}</span>
        </span>
        <span className="block break-words">{seriesText(alert.dims)}</span>
        <span className="text-muted figures block text-xs">
          <time dateTime={alert.opened_at} title={alert.opened_at}>
            {spanText(alert, now, timeZone)}
          </time>
        </span>
        <span className="mt-0.5 block text-xs sm:hidden">
          <Observed alert={alert} />
        </span>
      </td>
      <td className={`${cell} hidden sm:table-cell`}>
        <Observed alert={alert} />
        <span className="text-muted block text-xs">{measureText(alert)}</span>
      </td>
      <td className={`${cell} text-right whitespace-nowrap max-sm:pr-4`}>
        <Dollars usd={alert.impact_usd} unknown={free} strong />
        {!free && (
          <span className="text-muted block text-xs sm:hidden">
            <Dollars usd={alert.impact_usd_per_hour} unknown={free} />
            /h
          </span>
        )}
      </td>
      <td className={`${cell} hidden text-right whitespace-nowrap max-lg:pr-4 sm:table-cell`}>
        {isOver(alert) ? (
          <span className="text-muted">–</span>
        ) : (
          <Dollars usd={alert.impact_usd_per_hour} unknown={free} />
        )}
      </td>
      <td className={`${cell} hidden lg:table-cell`}>
        <State alert={alert} />
      </td>
    </tr>
  )
}

function Observed({ alert }: { alert: AlertRow }) {
  return (
    <span className="figures">
      <b className="font-semibold">{figureText(alert.observed, alert.unit)}</b>, expected{' '}
      {figureText(alert.expected, alert.unit)}
      {changeText(alert) && <span className="text-muted"> ({changeText(alert)})</span>}
    </span>
  )
}

function State({ alert }: { alert: AlertRow }) {
  return <Badge tone={stateTones[alert.state] ?? 'plain'}>{alert.state}</Badge>
}

/** Nobody knows what requests without a price cost. */
function Dollars({ usd, unknown, strong = false }: { usd: string; unknown: boolean; strong?: boolean }) {
  if (unknown && usd === '0') return <span className="text-warn">not known</span>
  return (
    <span title={exactDollars(usd)} className={strong ? 'font-semibold' : ''}>
      {dollars(usd)}
    </span>
  )
}

function gravestFirst(alerts: readonly AlertRow[]): AlertRow[] {
  const rank = (alert: AlertRow) => (alert.severity === 'critical' ? 0 : 1)
  return alerts.toSorted((a, b) => rank(a) - rank(b) || Date.parse(b.opened_at) - Date.parse(a.opened_at))
}

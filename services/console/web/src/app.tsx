import type { AlertDetail } from '@spanledger/schemas/api/alerts'
import { filterDimensions } from '@spanledger/schemas/api/choices'
import type { Status } from '@spanledger/schemas/api/status'
import { utcMinute } from '@spanledger/schemas/figure-text'
import { useEffect, useState } from 'react'
import {
  useAlert,
  useAlertsOf,
  useChannels,
  useCoverage,
  useOpenAlerts,
  useSpend,
  useStatus,
  useSummary,
  useUnpriced,
} from './api.ts'
import { showView, useView, type View } from './address.ts'
import { AlertDrawer } from './alerts/alert-drawer.tsx'
import { alertsWithin } from './alerts/alert-pins.tsx'
import { AlertsPanel } from './alerts/alerts-panel.tsx'
import { windowAround } from './alerts/around.ts'
import { ChargeDrawer } from './charges/charge-drawer.tsx'
import { ChargesPanel } from './charges/charges-panel.tsx'
import { CachePanel } from './page/cache-panel.tsx'
import { ChannelTrouble } from './page/channel-trouble.tsx'
import { CoveragePanel } from './page/coverage-panel.tsx'
import { Header } from './page/header.tsx'
import { windowWords } from './page/names.ts'
import { NarrowedTo } from './page/narrowed.tsx'
import { Outage } from './page/outage.tsx'
import { SpendPanel } from './page/spend-panel.tsx'
import { Totals } from './page/totals.tsx'
import { UnpricedPanel } from './page/unpriced-panel.tsx'
import { PricesPage } from './prices/prices-page.tsx'
import { WaitingPage } from './waiting/waiting-page.tsx'

/** How long the waiting page stays green before the ledger opens. */
const greenMs = 1_500

export function App() {
  const { data: status, error } = useStatus()
  const { page } = useView()
  const waiting = status?.entries === '0'
  const arrived = useJustArrived(status !== undefined && !waiting, waiting)

  if (!status) {
    return <main className="mx-auto max-w-3xl p-4">{error && <Outage error={error} readAt={0} timeZone="UTC" />}</main>
  }
  if (page === 'prices') return <PricesPage />
  if (waiting || arrived) return <WaitingPage doorUrl={status.door_url} arrived={!waiting} />
  return <LedgerPage status={status} statusError={error} />
}

function LedgerPage({ status, statusError }: { status: Status; statusError: Error | null }) {
  const view = useView()
  const summary = useSummary(view)
  const spend = useSpend(view)
  const coverage = useCoverage(view)
  const unpriced = useUnpriced(view)
  const open = useOpenAlerts()
  const around = useAlertsOf(view)
  const channels = useChannels()
  useWindowOfLinkedAlert(useAlert(view.alert).data, view)
  const error = summary.error ?? spend.error ?? coverage.error ?? unpriced.error ?? open.error ?? statusError
  const timeZone = status.time_zone
  const now = Date.parse(status.now)
  const stale = summary.isPlaceholderData || spend.isPlaceholderData
  const empty = summary.data && !summary.isPlaceholderData && summary.data.total.requests === '0'
  const pins = alertsWithin(around.data?.alerts ?? [], view)
  // Shown when all of it was read: nothing moves because something else arrives.
  const ready = [summary, spend, coverage, unpriced, open, around, channels].every((query) => !query.isPending)
  if (!ready) return null

  return (
    <>
      <main className="mx-auto max-w-7xl space-y-3 px-3 py-3 sm:px-5 sm:py-4">
        <Header view={view} timeZone={timeZone} readAt={summary.dataUpdatedAt} live={error === null} />
        {error && <Outage error={error} readAt={summary.dataUpdatedAt} timeZone={timeZone} />}
        {channels.data && <ChannelTrouble channels={channels.data.channels} now={now} timeZone={timeZone} />}
        {open.data && (
          <AlertsPanel
            open={open.data.alerts}
            inWindow={around.data?.alerts ?? []}
            judgedUntil={open.data.judged_until}
            windowText={windowWords(view)}
            now={now}
            timeZone={timeZone}
          />
        )}
        <NarrowedTo view={view} timeZone={timeZone} />
        {empty && (
          <p role="status" className="panel text-muted px-4 py-2.5">
            {filterDimensions.some((name) => view[name] !== null) ? 'No such requests' : 'No requests'} in{' '}
            {windowWords(view)}
            {status.latest_at && `; the newest in the ledger is of ${utcMinute(Date.parse(status.latest_at))}`}.
          </p>
        )}
        <div className={`space-y-3 transition-opacity ${stale ? 'opacity-60' : ''}`} aria-busy={stale}>
          {summary.data ? <Totals summary={summary.data} /> : <div className="panel h-40" />}
          <SpendPanel spend={spend.data} by={view.by} alerts={pins} />
          <CachePanel spend={spend.data} alerts={pins} />
          {unpriced.data && <UnpricedPanel unpriced={unpriced.data} now={now} timeZone={timeZone} />}
          <CoveragePanel coverage={coverage.data} />
        </div>
        <ChargesPanel view={view} now={now} timeZone={timeZone} />
      </main>
      <ChargeDrawer id={view.charge} timeZone={timeZone} />
      <AlertDrawer id={view.alert} now={now} timeZone={timeZone} />
    </>
  )
}

/** The alert in the address with which the page was opened, where it says nothing of a window. */
const linkedAlert = linkedAlertOf(new URLSearchParams(location.search))

function linkedAlertOf(given: URLSearchParams): string {
  return given.has('range') || given.has('from') ? '' : (given.get('alert') ?? '')
}

/** Whoever follows a link to an alert sees the time around it behind it. */
function useWindowOfLinkedAlert(detail: AlertDetail | undefined, view: View): void {
  const [done, setDone] = useState(linkedAlert === '')
  const found = !done && view.alert === linkedAlert ? detail?.alert : undefined
  useEffect(() => {
    if (!found) return
    setDone(true)
    if (found.alert_id === linkedAlert) showView(windowAround(found), 'replace')
  }, [found])
}

/** True for a moment after waiting has ended; false when there was nothing to wait for. */
function useJustArrived(ready: boolean, waiting: boolean): boolean {
  const [waited, setWaited] = useState(false)
  const [over, setOver] = useState(false)
  if (waiting && !waited) setWaited(true)
  const green = ready && waited && !over
  useEffect(() => {
    if (!green) return
    const timer = setTimeout(() => setOver(true), greenMs)
    return () => clearTimeout(timer)
  }, [green])
  return green
}

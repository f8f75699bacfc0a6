import type { Status } from '@spanledger/schemas/api/status'
import { useEffect, useState } from 'react'
import { useSpend, useStatus, useSummary } from './api.ts'
import { useView } from './address.ts'
import { ChargeDrawer } from './charges/charge-drawer.tsx'
import { ChargesPanel } from './charges/charges-panel.tsx'
import { CachePanel } from './page/cache-panel.tsx'
import { Header } from './page/header.tsx'
import { rangeWords } from './page/names.ts'
import { Outage } from './page/outage.tsx'
import { SpendPanel } from './page/spend-panel.tsx'
import { Totals } from './page/totals.tsx'
import { WaitingPage } from './waiting/waiting-page.tsx'

/** How long the waiting page stays green before the ledger opens. */
const greenMs = 1_500

export function App() {
  const { data: status, error } = useStatus()
  const waiting = status?.entries === '0'
  const arrived = useJustArrived(status !== undefined && !waiting, waiting)

  if (!status) {
    return <main className="mx-auto max-w-3xl p-4">{error && <Outage error={error} readAt={0} timeZone="UTC" />}</main>
  }
  if (waiting || arrived) return <WaitingPage doorUrl={status.door_url} arrived={!waiting} />
  return <LedgerPage status={status} statusError={error} />
}

function LedgerPage({ status, statusError }: { status: Status; statusError: Error | null }) {
  const view = useView()
  const summary = useSummary(view.range)
  const spend = useSpend(view.range, view.by)
  const error = summary.error ?? spend.error ?? statusError
  const timeZone = status.time_zone
  const stale = summary.isPlaceholderData || spend.isPlaceholderData
  const empty = summary.data && !summary.isPlaceholderData && summary.data.total.requests === '0'

  return (
    <>
      <main className="mx-auto max-w-7xl space-y-3 px-3 py-3 sm:px-5 sm:py-4">
        <Header range={view.range} timeZone={timeZone} readAt={summary.dataUpdatedAt} live={error === null} />
        {error && <Outage error={error} readAt={summary.dataUpdatedAt} timeZone={timeZone} />}
        {empty && (
          <p role="status" className="panel text-muted px-4 py-2.5">
            No requests in {rangeWords[view.range]}
            {status.latest_at &&
              `; the newest in the ledger is of ${status.latest_at.slice(0, 16).replace('T', ' ')} UTC`}
            .
          </p>
        )}
        <div className={`space-y-3 transition-opacity ${stale ? 'opacity-60' : ''}`} aria-busy={stale}>
          {summary.data ? <Totals summary={summary.data} /> : <div className="panel h-40" />}
          <SpendPanel spend={spend.data} by={view.by} />
          <CachePanel spend={spend.data} />
        </div>
        <ChargesPanel show={view.show} now={Date.parse(status.now)} timeZone={timeZone} />
      </main>
      <ChargeDrawer id={view.charge} timeZone={timeZone} />
    </>
  )
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

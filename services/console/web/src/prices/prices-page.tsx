import { utcMinute } from '@spanledger/schemas/figure-text'
import { Outage } from '../page/outage.tsx'
import { ViewLink } from '../parts/view-link.tsx'
import { usePrices } from './api.ts'
import { FileState } from './file-state.tsx'
import { OverridesInForce } from './overrides-in-force.tsx'
import { PriceEditor } from './price-editor.tsx'

/** What the configuration file adds to the price catalogue, and an editor for it. */
export function PricesPage() {
  const { data, error, dataUpdatedAt } = usePrices()
  return (
    <main className="mx-auto max-w-7xl space-y-3 px-3 py-3 sm:px-5 sm:py-4">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="flex items-center gap-2 text-base font-semibold tracking-tight">
          <img src="/favicon.svg" alt="" className="size-6" />
          spanledger prices
        </h1>
        <ViewLink change={{ page: 'ledger' }} className="text-accent py-1 text-[13px] underline underline-offset-2">
          Back to the ledger
        </ViewLink>
        {data && <p className="text-muted figures text-xs sm:ml-auto">as of {utcMinute(Date.parse(data.now))}</p>}
      </header>
      {error && <Outage error={error} readAt={dataUpdatedAt} timeZone="UTC" />}
      {data && (
        <>
          <FileState prices={data} />
          <OverridesInForce prices={data} />
          <PriceEditor prices={data} />
        </>
      )}
    </main>
  )
}

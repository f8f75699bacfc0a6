import type { AtRisk, UnpricedItem } from '@spanledger/schemas/api/unpriced'
import { CopyButton } from '../parts/copy-button.tsx'
import { ViewLink } from '../parts/view-link.tsx'

/** What to do so that a model gets its price, with what to paste. */
export function UnpricedAdvice({ item }: { item: UnpricedItem }) {
  const { provider, model, what_to_do, snippets, at_risk } = item
  return (
    <div className="border-line space-y-2.5 border-t px-4 py-2.5 text-[13px]">
      <p>
        <b className="font-semibold">{model === '' ? provider : model}</b>: {what_to_do}
        {snippets.length > 0 && (
          <>
            {' '}
            Put one of these into <code>spanledger.yaml</code>, by hand or{' '}
            <ViewLink change={{ page: 'prices' }} className="underline underline-offset-2">
              here
            </ViewLink>
            ; when it is saved, the charges of the last 35 days are corrected.
          </>
        )}
      </p>
      <div className="grid gap-3 md:grid-cols-2">
        {snippets.map(({ title, yaml }) => (
          <div key={title} className="border-line min-w-0 rounded-md border p-2.5">
            <div className="flex items-start justify-between gap-3 pb-1.5">
              <h3 className="text-[13px]">{title}</h3>
              <CopyButton label={`Copy: ${title}`} text={() => yaml} />
            </div>
            <pre className="figures text-muted overflow-x-auto text-xs" role="region" aria-label={title} tabIndex={0}>
              {yaml}
            </pre>
          </div>
        ))}
      </div>
      {at_risk && <p className="text-muted text-xs">The estimate: {basisWords(at_risk)}.</p>}
    </div>
  )
}

function basisWords({ basis, models }: AtRisk): string {
  if (basis === 'accrued') return 'what requests like these cost that did report their usage'
  const whose = { provider: 'of this provider', tenant: 'of this tenant', ledger: 'in this ledger' }[basis]
  const which = models === 1 ? 'the one priced model' : `the ${models} priced models`
  return `the same tokens at the average price of ${which} ${whose}, and the cheapest to the dearest of them`
}

import type { Explanation } from '@spanledger/schemas/api/explanation'
import { exactDollars } from '../figures/dollars.ts'

/** What was matched to find the prices; what does not apply is left out. */
export function Facts({ charge }: { charge: Explanation }) {
  const facts: readonly (readonly [string, string])[] = [
    ['Model asked for', charge.request_model],
    ['Model that answered', charge.response_model],
    ['Priced as', charge.model],
    ['Matched by', charge.matched_by],
    ['Context band', charge.context_band],
    ['Service tier', charge.service_tier],
    ['Region', charge.region],
    ['Contract', charge.contract_id],
    ['Price version', charge.price_version],
    ['List price', charge.list_cost === charge.cost ? '' : exactDollars(charge.list_cost)],
    ['Reported by the provider', charge.reported_cost === null ? '' : exactDollars(charge.reported_cost)],
    ['Reported through', charge.sources.join(', ')],
    ['Tenant', charge.tenant],
    [
      'Tags',
      Object.entries(charge.attribution)
        .map(([name, value]) => `${name.replace('_', ' ')}: ${value}`)
        .join(', '),
    ],
  ]
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-[13px]">
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="break-words">{value}</dd>
          </div>
        ))}
    </dl>
  )
}

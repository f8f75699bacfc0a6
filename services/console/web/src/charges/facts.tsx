import type { Explanation } from '@spanledger/schemas/api/explanation'
import { exactDollars } from '../figures/dollars.ts'
import { FactList } from '../parts/fact-list.tsx'

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
  return <FactList facts={facts} />
}

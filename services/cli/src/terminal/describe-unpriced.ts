import type { AtRisk, Unpriced, UnpricedItem } from '@spanledger/schemas/api/unpriced'
import { table } from './table.ts'

const shownAdvice = 5

/** The queue of what has no price, for a person: a table, and what to do about the first ones. */
export function describeUnpriced({ days, items, total }: Unpriced, ledger: string): string {
  if (items.length === 0) return `everything of the last ${days} days in ${ledger} has a price`
  const manyTenants = new Set(items.map(({ tenant }) => tenant)).size > 1
  const rows = items.map((item) => [
    ...(manyTenants ? [item.tenant] : []),
    item.provider,
    item.model || '(none)',
    item.warning,
    item.requests,
    item.unpriced_tokens,
    item.at_risk ? `~${item.at_risk.usd}` : '?',
    minute(item.first_seen),
    minute(item.last_seen),
  ])
  const header = ['provider', 'model', 'why', 'requests', 'tokens', 'USD at risk', 'first seen', 'last seen']
  const first = manyTenants ? 1 : 0
  const numbers = new Set([3, 4, 5].map((column) => column + first))
  const out = [...table([...(manyTenants ? ['tenant'] : []), ...header], rows, numbers), '']
  out.push(
    `${total.requests} requests of the last ${days} days are in no cost: about ${total.at_risk_usd} USD, an estimate` +
      (total.requests_without_estimate === '0' ? '' : `, without ${total.requests_without_estimate} of unknown size`),
  )
  for (const item of items.slice(0, shownAdvice)) out.push('', ...describeAdvice(item))
  if (items.length > shownAdvice)
    out.push('', `and ${items.length - shownAdvice} more: --json has what to do about all`)
  return out.join('\n')
}

function describeAdvice({ provider, model, what_to_do, snippets, at_risk }: UnpricedItem): string[] {
  const out = [`${provider} ${model}: ${what_to_do}`]
  if (at_risk) out.push(`  estimate: ${basisWords(at_risk)}`)
  for (const { title, yaml } of snippets) out.push(`  # ${title}`, ...yaml.split('\n').map((line) => `  ${line}`))
  return out
}

function basisWords({ basis, models, low_usd, high_usd }: AtRisk): string {
  if (basis === 'accrued') return 'what was accrued for requests without usage'
  const whose = {
    provider: 'of this provider for this tenant',
    tenant: 'of this tenant',
    ledger: 'of everybody',
  }[basis]
  const band = low_usd === high_usd ? '' : `; ${low_usd} to ${high_usd} USD by the cheapest and the dearest of them`
  return `as the same tokens cost on average in the ${models} priced model${models === 1 ? '' : 's'} ${whose}${band}`
}

function minute(instant: string): string {
  return instant.slice(0, 16).replace('T', ' ')
}

import type { AlertEvent } from '@spanledger/schemas/events/alert'
import type { AlertRoute } from '@spanledger/schemas/config/alerts'

/** The channel of SLACK_WEBHOOK_URL, and where alerts go that no route names. */
export const defaultChannel = 'slack'
/** In a route: nobody is told. */
const nobody = 'none'

/** Where an event goes. `whoever_heard`: to every channel that told of the alert's opening, whatever the routes say now. */
export type Destination =
  | { readonly kind: 'channels'; readonly names: readonly string[] }
  | { readonly kind: 'whoever_heard' }
  | { readonly kind: 'nobody'; readonly reason: 'historical' | 'update' | 'route' }

/**
 * | event                 | goes to                                          | because                                     |
 * |-----------------------|--------------------------------------------------|---------------------------------------------|
 * | any, historical       | nobody                                           | it teaches baselines; it is over long since |
 * | `updated`             | nobody                                           | the page shows it; a repeat is spam         |
 * | `opened`, `escalated` | the first route that matches, else `slack`       | the order in the file is the order of thought |
 * | `resolved`            | whoever heard of it                              | who was called wants to know it is over     |
 */
export function route(event: AlertEvent, routes: readonly AlertRoute[]): Destination {
  if (event.alert.explanation.historical) return { kind: 'nobody', reason: 'historical' }
  if (event.event === 'updated') return { kind: 'nobody', reason: 'update' }
  if (event.event === 'resolved') return { kind: 'whoever_heard' }
  const first = routes.find(({ match }) => agrees(event, match))
  const names = (first?.to ?? [defaultChannel]).filter((name) => name !== nobody)
  return names.length > 0 ? { kind: 'channels', names } : { kind: 'nobody', reason: 'route' }
}

/** A dimension that the series was not cut by agrees with nothing. */
function agrees({ alert }: AlertEvent, match: AlertRoute['match']): boolean {
  const { kind, rule, severity, tenant, dims } = alert
  const has: Readonly<Record<string, string | undefined>> = { kind, rule, severity, tenant, ...dims }
  return Object.entries(match).every(([field, wanted]) => {
    const value = has[field]
    return value !== undefined && (Array.isArray(wanted) ? wanted.includes(value) : wanted === value)
  })
}

import { type AlertDims, seriesDimensions } from '@spanledger/schemas/events/alert'
import { defaultTenant } from '@spanledger/schemas/events/topics'

/** What an alert is about, as `write` puts the names: `team search, model gpt-4o`; nothing but the tenant is all of it. */
export function subjectOf(tenant: string, dims: AlertDims, write: (name: string) => string): string {
  const parts = dimensionsOf(dims).map(([dimension, value]) => `${dimension} ${write(value)}`)
  if (parts.length === 0) return tenant === defaultTenant ? 'all traffic' : `all traffic of tenant ${write(tenant)}`
  return tenant === defaultTenant ? parts.join(', ') : `${parts.join(', ')} (tenant ${write(tenant)})`
}

/** In a fixed order, whatever the order in the record. */
function dimensionsOf(dims: AlertDims): [string, string][] {
  return seriesDimensions.flatMap((name): [string, string][] => {
    const value = dims[name]
    return value === undefined ? [] : [[name, value]]
  })
}

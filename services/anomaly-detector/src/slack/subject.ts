import { seriesText } from '@spanledger/schemas/alert-words'
import type { AlertDims } from '@spanledger/schemas/events/alert'
import { defaultTenant } from '@spanledger/schemas/events/topics'
import { depthOf } from '../series/series.ts'

/** What an alert is about, as `write` puts the names: the series, and its tenant where there are several. */
export function subjectOf(tenant: string, dims: AlertDims, write: (name: string) => string): string {
  const series = seriesText(dims, write)
  if (tenant === defaultTenant) return series
  return depthOf(dims) === 0 ? `${series} of tenant ${write(tenant)}` : `${series} (tenant ${write(tenant)})`
}

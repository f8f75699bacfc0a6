import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { hourOf } from '../identity/identity-filter.ts'
import { uniqueIdLength } from '../identity/same-trace.ts'
import { recordedOf } from '../landing/recorded-of-entry.ts'
import { chargesInPlace, type TwinPlace, type TwinsWanted, twinPlacesAtOnce } from '../ports.ts'

/** `LedgerStore.findScopes` over the entries of a ledger in memory. */
export function scopesIn(entries: readonly LedgerEntry[], recordedSince: number, fromHour: number, toHour: number) {
  const byTenant = new Map<string, { tenant: string; scopes: string[]; hours: number[] }>()
  for (const entry of entries) {
    const { tenant, spanId, at, requests, recordedAt } = entry
    const hour = hourOf(at)
    if (spanId === '' || requests < 1 || recordedAt < recordedSince || hour < fromHour || hour > toHour) continue
    const known = byTenant.get(tenant) ?? { tenant, scopes: [], hours: [] }
    byTenant.set(tenant, known)
    known.scopes.push(...recordedOf(entry).flatMap(({ observation }) => observation.scope ?? []))
    known.hours.push(hour)
  }
  return [...byTenant.values()]
}

/** `LedgerStore.findTwins` over the live entries of a ledger in memory: all of them, whatever was recorded when. */
export function twinsIn(
  live: readonly LedgerEntry[],
  { tenants, fromHour, toHour, after = '' }: TwinsWanted,
): TwinPlace[] {
  const places = new Map<string, LedgerEntry[]>()
  for (const entry of live) {
    const hour = hourOf(entry.at)
    if (!tenants.includes(entry.tenant) || hour < fromHour || hour > toHour) continue
    for (const place of new Set(placesOf(entry))) places.set(place, [...(places.get(place) ?? []), entry])
  }
  return [...places]
    .filter(([place, all]) => place > after && all.length > 1 && isWorthALook(place, all))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, twinPlacesAtOnce)
    .map(([place, all]) => ({
      place,
      signature: all
        .map(({ identity, revision }) => `${identity}${revision}`)
        .toSorted()
        .join(),
      charges: all.length,
      identities: all.length > chargesInPlace ? [] : all.map(({ identity }) => identity),
    }))
}

function placesOf(entry: LedgerEntry): string[] {
  const { tenant, inputTokens, outputTokens } = entry
  const reports = recordedOf(entry).map(({ observation }) => observation)
  const named = (values: (string | undefined)[]) => [...new Set(values.filter((value) => value))] as string[]
  const traces = named(reports.map(({ traceId }) => traceId))
  const ids = named(reports.map(({ responseId }) => responseId))
  const totals = inputTokens + outputTokens > 0 ? [`${inputTokens}/${outputTokens}`] : []
  return [
    ...holdsOf(entry),
    ...spansOf(entry, 'parentSpanId'),
    ...traces.flatMap((trace) => ids.map((id) => `1${tenant}\0${trace}\0${id}`)),
    ...ids.flatMap((id) => (id.length < uniqueIdLength ? [] : `1${tenant}\0\0${id}`)),
    ...traces.flatMap((trace) => totals.map((each) => `2${tenant}\0${trace}\0${each}`)),
    ...traces.map((trace) => `3${tenant}\0${trace}`),
    ...servicesOf(entry).flatMap((service) => totals.map((each) => `4${tenant}\0${service}\0${each}`)),
    ...totals.map((each) => `5${tenant}\0${each}`),
  ]
}

function holdsOf(entry: LedgerEntry): string[] {
  return spansOf(entry, 'spanId')
}

function spansOf(entry: LedgerEntry, field: 'spanId' | 'parentSpanId'): string[] {
  return recordedOf(entry).flatMap(({ observation }) =>
    observation[field] ? `0${entry.tenant}\0${observation.traceId}\0${observation[field]}` : [],
  )
}

function servicesOf(entry: LedgerEntry): string[] {
  return [...new Set(recordedOf(entry).flatMap(({ observation }) => observation.attribution.service ?? []))]
}

function isWorthALook(place: string, all: readonly LedgerEntry[]): boolean {
  const scopes = (entry: LedgerEntry) =>
    [...new Set(recordedOf(entry).map(({ observation }) => observation.scope ?? ''))].toSorted().join('\0')
  if (new Set(all.map(scopes)).size < 2) return false
  if (place.startsWith('0')) return all.some((entry) => holdsOf(entry).includes(place))
  const isAny = (test: (source: string) => boolean) => all.some(({ sources }) => sources.some(test))
  if (place.startsWith('3'))
    return isAny((each) => each === 'inference_server') && isAny((each) => each !== 'inference_server')
  return !place.startsWith('5') || all.some((entry) => servicesOf(entry).length === 0)
}

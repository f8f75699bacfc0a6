import { dimensions, untagged } from '@spanledger/schemas/events/dimensions'
import { usageFields } from '@spanledger/schemas/events/usage'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import type { Identified, Key } from '../identity/keys.ts'
import { record, textOfStored } from '../identity/recorded.ts'
import { saidWarnings, usageOf } from './recorded-of-entry.ts'

/**
 * Sets aside the reports that a live charge holds already, word for word: they change nothing, whatever else does. Nearly
 * all of a redelivery is like that, so a charge with one report is compared as it stands in its columns.
 */
export function unknownOf(suspects: readonly Identified[], charges: readonly LedgerEntry[]): Identified[] {
  const holders = new Map<Key, LedgerEntry[]>()
  for (const entry of charges)
    for (const key of entry.identityKeys) {
      const others = holders.get(key)
      if (others) others.push(entry)
      else holders.set(key, [entry])
    }
  return suspects.filter(
    (suspect) => !suspect.keys.some((key) => holders.get(key)?.some((entry) => holds(entry, suspect))),
  )
}

function holds(entry: LedgerEntry, suspect: Identified): boolean {
  if (entry.observations.length === 0) return entry.identity === suspect.own && isSame(entry, suspect)
  const { text } = record(suspect)
  return entry.observations.some((stored) => textOfStored(stored) === text)
}

/** The inverse question to `chargeOf`, for a charge that keeps its one report in its columns (`recordedOf`). */
function isSame(entry: LedgerEntry, { observation, keys }: Identified): boolean {
  return (
    observation.ruled === undefined &&
    entry.at === observation.at &&
    entry.responseId === (observation.responseId ?? '') &&
    entry.traceId === (observation.traceId ?? '') &&
    entry.spanId === (observation.spanId ?? '') &&
    entry.parentSpanId === (observation.parentSpanId ?? '') &&
    entry.source === observation.source &&
    entry.dialect === observation.dialect &&
    entry.sourceRank === observation.rank &&
    entry.scope === (observation.scope ?? '') &&
    entry.provider === observation.provider &&
    entry.requestModel === (observation.requestModel ?? '') &&
    entry.responseModel === (observation.responseModel ?? '') &&
    entry.operation === (observation.operation ?? '') &&
    entry.serviceTier === (observation.serviceTier ?? '') &&
    entry.region === (observation.region ?? '') &&
    entry.status === observation.status &&
    entry.errorType === (observation.errorType ?? '') &&
    entry.billingAccount === (observation.billingAccount ?? '') &&
    entry.resultCache === observation.resultCache &&
    entry.latencyMs === (observation.latencyMs ?? null) &&
    entry.ttftMs === (observation.ttftMs ?? null) &&
    entry.qualityScore === (observation.qualityScore ?? null) &&
    entry.reportedCost === (observation.reportedCostAtto ?? null) &&
    haveSame(keys, entry.identityKeys) &&
    haveSame(observation.warnings, saidWarnings(entry)) &&
    isSameAttribution(entry, observation.attribution) &&
    isSameTags(entry.tags, observation.tags) &&
    isSameUsage(entry, observation.usage)
  )
}

/** The same members, in any order. */
function haveSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((each) => others.includes(each))
}

function isSameAttribution({ attribution }: LedgerEntry, reported: Identified['observation']['attribution']): boolean {
  for (const name of dimensions) {
    const stored = attribution[name]
    const missing = (name === 'team' || name === 'feature') && stored === untagged
    if ((missing ? '' : (stored ?? '')) !== (reported[name] ?? '')) return false
  }
  return true
}

function isSameTags(stored: Readonly<Record<string, string>>, reported: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(reported)
  return names.length === Object.keys(stored).length && names.every((name) => stored[name] === reported[name])
}

function isSameUsage(entry: LedgerEntry, reported: Identified['observation']['usage']): boolean {
  const stored = usageOf(entry)
  return usageFields.every((field) => stored?.[field] === reported?.[field])
}

import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { isAccrual, parseBasis } from '../landing/accrual-basis.ts'
import { type PlanContext, replacementOf } from '../landing/plan.ts'
import { recordedOf } from '../landing/recorded-of-entry.ts'
import { reversalOf } from '../landing/reversal.ts'

const reason = 'repriced'

/** What a price decides of an entry. Not `price_version`: equal prices under another name are no reason for a correction. */
const decided = [
  'cost',
  'costInput',
  'costCacheRead',
  'costCacheWrite',
  'costOutput',
  'costOther',
  'listCost',
  'costWithoutCache',
  'accruedCost',
  'accrualBasis',
  'priceState',
  'unpricedRequests',
  'unpricedTokens',
  'contractId',
  'contextBand',
  'matchedBy',
] as const satisfies readonly (keyof LedgerEntry)[]

/**
 * The live entry of a charge at the prices of now: its reversal and what replaces it, made anew of everything that was
 * reported; undefined when nothing of its price differs, so that a second time writes nothing.
 */
export function repriceCharge(
  entry: LedgerEntry,
  context: PlanContext,
): { readonly reversal: LedgerEntry; readonly replacement: LedgerEntry } | undefined {
  if (isPricedElsewhere(entry)) return undefined
  const replacement = replacementOf(entry, [entry], recordedOf(entry), reason, false, context)
  if (isProvisional(entry, replacement) || !differs(entry, replacement)) return undefined
  return { reversal: reversalOf(entry, reason, context.recordedAt), replacement }
}

/** Capacity, its settled shares, and estimates by what other requests cost: their own code keeps these right. */
function isPricedElsewhere(entry: LedgerEntry): boolean {
  if (entry.kind === 'capacity') return true
  const basis = parseBasis(entry.accrualBasis)
  return (basis?.by === 'pool' && basis.settled) || (basis?.by === 'series' && isAccrual(entry))
}

/** Until its hour is settled: what changes with every hour that is settled before is no other price. */
function isProvisional(before: LedgerEntry, after: LedgerEntry): boolean {
  return parseBasis(before.accrualBasis)?.by === 'pool' && before.matchedBy === after.matchedBy
}

function differs(before: LedgerEntry, after: LedgerEntry): boolean {
  if (decided.some((field) => before[field] !== after[field])) return true
  return !sameTexts(before.priceRows, after.priceRows) || !sameTexts(before.warnings, after.warnings)
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  const names = new Set(one)
  return names.size === new Set(other).size && other.every((name) => names.has(name))
}

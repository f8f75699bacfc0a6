import type { Explanation, ExplanationEstimate, ExplanationLine } from '@spanledger/schemas/api/explanation'
import { decimalFromAtto } from '@spanledger/schemas/money'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { uuidFromBytes } from '@spanledger/schemas/uuid'

/** An entry with its lines, and every entry of its charge, oldest first. */
export function explanationOf(
  entry: LedgerEntry,
  lines: readonly ExplanationLine[],
  estimate: ExplanationEstimate | null,
  all: readonly LedgerEntry[],
): Explanation {
  return {
    entry_id: uuidFromBytes(entry.entryId),
    at: instant(entry.at),
    tenant: entry.tenant,
    provider: entry.provider,
    model: entry.model,
    attribution: Object.fromEntries(Object.entries(entry.attribution).filter(([, value]) => value !== '')),
    request_model: entry.requestModel,
    response_model: entry.responseModel,
    price_state: entry.priceState,
    matched_by: entry.matchedBy,
    context_band: entry.contextBand,
    service_tier: entry.serviceTier,
    region: entry.region,
    price_version: entry.priceVersion,
    contract_id: entry.contractId,
    sources: entry.sources,
    warnings: entry.warnings,
    lines,
    cost: decimalFromAtto(entry.cost),
    list_cost: decimalFromAtto(entry.listCost),
    reported_cost: entry.reportedCost === null ? null : decimalFromAtto(entry.reportedCost),
    accrued_cost: decimalFromAtto(entry.accruedCost),
    estimate,
    revisions: all.toSorted(byAge).map((revision) => ({
      entry_id: uuidFromBytes(revision.entryId),
      kind: revision.kind,
      revision: revision.revision,
      reason: revision.reason,
      recorded_at: instant(revision.recordedAt),
      cost: decimalFromAtto(revision.cost),
      accrued_cost: decimalFromAtto(revision.accruedCost),
    })),
  }
}

/** The entry that counts: the newest that has not been taken back, or of a charge that was, the last it had. */
export function currentOf(entries: readonly LedgerEntry[]): LedgerEntry | undefined {
  const standing = entries.filter((entry) => entry.requests > 0)
  return standing.reduce<LedgerEntry | undefined>((a, b) => (a && a.revision >= b.revision ? a : b), undefined)
}

/** A reversal comes with the replacement that follows it, and before it. */
function byAge(a: LedgerEntry, b: LedgerEntry): number {
  return order(a) - order(b)
}

function order(entry: LedgerEntry): number {
  return entry.revision * 2 + (entry.requests < 0 ? 1 : 0)
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}

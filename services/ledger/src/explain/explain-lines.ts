import type { ExplanationLine } from '@spanledger/schemas/api/explanation'
import { decimalFromAtto } from '@spanledger/schemas/money'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { usageOf } from '../landing/recorded-of-entry.ts'
import type { PriceEngine } from '../pricing/engine.ts'
import type { PriceLine, PriceRequest } from '../pricing/types.ts'
import { explainPool } from './explain-pool.ts'

/**
 * The lines an entry's cost was made of, from the entry's own columns and the prices of its version. For a reversal:
 * those of what it takes back. Empty for what costs nothing by rule (a refused request, a hit of a result cache) or has
 * no price. The amounts sum to the entry's cost; RangeError if they do not, which is never shown as if it were right.
 */
export function explainLines(entry: LedgerEntry, engine: Pick<PriceEngine, 'lines'>): ExplanationLine[] {
  const ofPool = explainPool(entry)
  if (ofPool) return ofPool
  if (entry.priceRows.length === 0) return []
  const lines = engine.lines(requestOf(entry))
  const sum = lines.reduce((total, line) => total + line.amountAtto, 0n)
  const cost = entry.cost < 0n ? -entry.cost : entry.cost
  if (sum !== cost) {
    throw new RangeError(`the lines sum to ${decimalFromAtto(sum)} USD, the ledger has ${decimalFromAtto(cost)} USD`)
  }
  return lines.map(lineOf)
}

/** What was priced, from the entry's own columns; of a reversal, what it takes back. */
export function requestOf(entry: LedgerEntry): PriceRequest {
  const usage = usageOf(entry.requests < 0 ? asPositive(entry) : entry)
  const { reportedCost } = entry
  return {
    provider: entry.provider,
    requestModel: entry.requestModel,
    responseModel: entry.responseModel,
    at: entry.pricedAt,
    serviceTier: entry.serviceTier,
    region: entry.region,
    billingAccount: entry.billingAccount,
    ...(entry.attribution.team !== undefined && { team: entry.attribution.team }),
    ...(reportedCost !== null && { reportedCostAtto: reportedCost < 0n ? -reportedCost : reportedCost }),
    ...(usage && { usage }),
  }
}

function asPositive(entry: LedgerEntry): LedgerEntry {
  return {
    ...entry,
    inputTokens: -entry.inputTokens,
    cacheReadTokens: -entry.cacheReadTokens,
    cacheWriteTokens: -entry.cacheWriteTokens,
    cacheWrite5mTokens: -entry.cacheWrite5mTokens,
    cacheWrite1hTokens: -entry.cacheWrite1hTokens,
    outputTokens: -entry.outputTokens,
    reasoningTokens: -entry.reasoningTokens,
    otherUnits: Object.fromEntries(Object.entries(entry.otherUnits).map(([unit, quantity]) => [unit, -quantity])),
  }
}

const microsPerSecond = 1_000_000
const attoPerMicro = 10n ** 12n

/** Durations are computed in microseconds and shown in seconds: both factors shrink alike. */
export function lineOf(line: PriceLine): ExplanationLine {
  const seconds = line.meter === 'audio_seconds'
  return {
    meter: line.meter,
    quantity: seconds ? decimalFromAtto(line.quantity * attoPerMicro) : String(line.quantity),
    unit_price: line.unitPrice,
    per: seconds ? line.per / microsPerSecond : line.per,
    currency: line.currency,
    fx: line.rate ?? null,
    native_amount: decimalFromAtto(line.nativeAtto),
    amount: decimalFromAtto(line.amountAtto),
    list_amount: decimalFromAtto(line.listAtto),
    price_row: line.priceRow,
    contract_id: line.contractId,
    adjustment: line.adjustment,
    list_price: line.listPrice,
  }
}

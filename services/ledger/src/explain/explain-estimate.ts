import type { ExplanationEstimate } from '@spanledger/schemas/api/explanation'
import { attoFromDecimal, decimalFromAtto, divideHalfEven } from '@spanledger/schemas/money'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { parseBasis } from '../landing/accrual-basis.ts'
import { usageOfCharacters } from '../landing/accrual-characters.ts'
import type { PriceEngine } from '../pricing/engine.ts'
import { lineOf, requestOf } from './explain-lines.ts'

/**
 * How an entry's accrued cost was estimated, from its own columns and the prices of its version; null where it was not.
 * RangeError if that does not come to the accrued cost.
 */
export function explainEstimate(entry: LedgerEntry, engine: Pick<PriceEngine, 'lines'>): ExplanationEstimate | null {
  const basis = parseBasis(entry.accrualBasis)
  if (!basis || basis.by === 'pool' || basis.by === 'pool_window') return null
  if (basis.by === 'series') {
    expectAccrued(entry, divideHalfEven(attoFromDecimal(basis.cost), BigInt(basis.requests)))
    return basis
  }
  const lines = engine.lines({ ...requestOf(entry), usage: usageOfCharacters(basis) })
  expectAccrued(
    entry,
    lines.reduce((total, line) => total + line.amountAtto, 0n),
  )
  return {
    by: 'characters',
    input_characters: basis.input_characters ?? null,
    output_characters: basis.output_characters ?? null,
    characters: basis.characters,
    tokens: basis.tokens,
    lines: lines.map(lineOf),
  }
}

function expectAccrued({ accruedCost }: LedgerEntry, expected: bigint): void {
  const accrued = accruedCost < 0n ? -accruedCost : accruedCost
  if (accrued === expected) return
  throw new RangeError(
    `the estimate comes to ${decimalFromAtto(expected)} USD, the ledger has accrued ${decimalFromAtto(accrued)} USD`,
  )
}

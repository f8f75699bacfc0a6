import type { Comparison } from './compare.ts'
import type { HeldRequest } from './held.ts'
import type { BillLine } from './provider/bill.ts'
import type { Scenario } from './scenario.ts'

/** What came of one scenario; `skipped` says in one line why it could not run. */
export type Outcome =
  | { readonly scenario: Scenario; readonly skipped: string }
  | { readonly scenario: Scenario; readonly failed: string }
  | Compared

export interface Compared {
  readonly scenario: Scenario
  readonly bill: readonly BillLine[]
  readonly held: readonly HeldRequest[]
  readonly comparison: Comparison
}

/** Everything that is not as it should be, a line each. */
export function problemsOf(outcome: Outcome): string[] {
  if ('skipped' in outcome) return []
  if ('failed' in outcome) return [outcome.failed]
  const { missing, surplus, unflagged } = outcome.comparison
  return [
    ...missing.map((line) => `billed, and not in the ledger: ${line}`),
    ...surplus.map((line) => `in the ledger, and not billed: ${line}`),
    ...unflagged.map((line) => `without its warning: ${line}`),
  ]
}

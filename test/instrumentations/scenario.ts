import type { WarningCode } from '@spanledger/schemas/codes'
import type { UsageField } from '@spanledger/schemas/events/usage'
import type { BillLine, Told } from './provider/bill.ts'
import type { CaseName } from './provider/cases.ts'

/** One program with one way to be observed, and what of the provider's bill that way cannot tell. */
export interface Scenario {
  /** Also its tenant, its API key at the provider, and the name of its script. */
  readonly name: string
  readonly script: string
  readonly environment: 'python' | 'python-below-3' | 'python-2025' | 'node'
  /** What `npm test` runs; the rest needs `npm run instrumentations -- --all`. */
  readonly always: boolean
  readonly losses: readonly Loss[]
}

/** Lines of the bill, by what they have in common; absent is any. */
export interface Which {
  readonly api?: readonly BillLine['api'][]
  readonly case?: readonly CaseName[]
  readonly stream?: boolean
  readonly told?: Told
  readonly status?: number
}

/** What the telemetry does not say, or says wrongly: a fact about the package, kept apart from what the ledger does. */
export interface Loss {
  readonly on: Which
  readonly why: string
  /**
   * `span`: nothing is sent at all. `usage`: a request without usage. `lifetimes`: writes of an hour look like writes
   * of five minutes. `tool-prompt`: what the provider's own tools read. `cached`: cached and written tokens,
   * from the input too. Else the fields that are not reported.
   */
  readonly loses?: 'span' | 'usage' | 'lifetimes' | 'tool-prompt' | 'cached' | readonly UsageField[]
  /** Counts that are reported instead of the true ones, or added to them. */
  readonly says?: { readonly [field in UsageField]?: number }
  readonly adds?: { readonly [field in UsageField]?: number }
  /** Requests that the ledger has beside the true one. */
  readonly extra?: number
  /** Which the ledger has on every such charge; null: nobody can know that something is missing. */
  readonly warning: WarningCode | null
}

export function concerns({ on }: Loss, line: BillLine): boolean {
  return (
    (on.api === undefined || on.api.includes(line.api)) &&
    (on.case === undefined || on.case.includes(line.case as CaseName)) &&
    (on.stream === undefined || on.stream === line.stream) &&
    (on.told === undefined || on.told === line.told) &&
    (on.status ?? 200) === line.status
  )
}

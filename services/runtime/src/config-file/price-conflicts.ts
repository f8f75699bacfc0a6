import { aliasConflicts } from './alias-conflicts.ts'
import { contractConflicts } from './contract-conflicts.ts'
import { currencyConflicts } from './currency-conflicts.ts'
import type { DescribedIssue } from './describe-issue.ts'
import { fieldsOf, listOf } from './fields.ts'
import { poolConflicts } from './pool-conflicts.ts'
import { rowConflicts } from './row-conflicts.ts'

/**
 * What is wrong between fields of the section `prices`, each of which may be right by itself. Looks at what was given,
 * whatever else is wrong with it, so that all problems are said at once.
 */
export function priceConflicts(section: unknown): DescribedIssue[] {
  const { aliases, contracts, rows, pools } = fieldsOf(section)
  return [
    ...aliasConflicts(listOf(aliases)),
    ...contractConflicts(listOf(contracts)),
    ...rowConflicts(listOf(rows)),
    ...poolConflicts(listOf(pools)),
    ...currencyConflicts(section),
  ]
}

import type { DescribedIssue } from './describe-issue.ts'
import { fieldsOf } from './fields.ts'
import { nameKey } from './price-fields.ts'

/** An alias that leads to itself, and two for one name. */
export function aliasConflicts(aliases: readonly unknown[]): DescribedIssue[] {
  const seen = new Map<string, number>()
  return aliases.flatMap((given, index): DescribedIssue[] => {
    const alias = fieldsOf(given)
    const name = nameKey(alias['provider'], alias['model'])
    if (name === undefined) return []
    const to = fieldsOf(alias['to'])
    if (name === nameKey(to['provider'], to['model'])) {
      const problem = 'is the name itself: an alias says what a name of yours really is, leave this one out'
      return [{ path: ['prices', 'aliases', index, 'to'], problem }]
    }
    const first = seen.get(name)
    if (first === undefined) {
      seen.set(name, index)
      return []
    }
    const problem = `is said by aliases[${first}] already: keep one`
    return [{ path: ['prices', 'aliases', index, 'model'], problem }]
  })
}

import type { DescribedIssue } from './describe-issue.ts'
import { fieldsOf, listOf } from './fields.ts'
import { emptySpan, nameKey, overlap, spanOf } from './price-fields.ts'

/** Pools that cannot be shared out, and models that two pools serve at once. */
export function poolConflicts(pools: readonly unknown[]): DescribedIssue[] {
  const all = pools.map(fieldsOf)
  return all.flatMap((pool, index) => {
    const path = ['prices', 'pools', index]
    return [
      ...emptySpan(path, pool, 'from', 'to'),
      ...weighing(path, pool),
      ...sharedModels(path, pool, all.slice(0, index)),
    ]
  })
}

function weighing(path: readonly PropertyKey[], pool: Readonly<Record<string, unknown>>): DescribedIssue[] {
  const { weigh, weights, capacity_per_hour: capacity } = pool
  const problems: DescribedIssue[] = []
  if (weights !== undefined && typeof weigh === 'string' && weigh !== 'tokens') {
    problems.push({
      path: [...path, 'weights'],
      problem: `say how much a token weighs, and weigh is ${weigh}: take one out`,
    })
  }
  if (typeof capacity === 'string' && /^0+(?:\.0+)?$/.test(capacity)) {
    problems.push({
      path: [...path, 'capacity_per_hour'],
      problem: 'is nothing: a pool can serve something in an hour',
    })
  }
  return problems
}

function sharedModels(
  path: readonly PropertyKey[],
  pool: Readonly<Record<string, unknown>>,
  before: readonly Readonly<Record<string, unknown>>[],
): DescribedIssue[] {
  const id = before.findIndex((other) => typeof pool['id'] === 'string' && other['id'] === pool['id'])
  const problems: DescribedIssue[] = []
  if (id >= 0) problems.push({ path: [...path, 'id'], problem: `is the id of pools[${id}] already: give each its own` })
  const span = spanOf(pool['from'], pool['to'])
  for (const [place, model] of listOf(pool['models']).entries()) {
    const name = nameKey(pool['provider'], model)
    const other = before.findIndex((each) => {
      const theirs = spanOf(each['from'], each['to'])
      if (name === undefined || !span || !theirs || !overlap(span, theirs)) return false
      const apart = pool['region'] !== each['region'] && pool['region'] !== undefined && each['region'] !== undefined
      return !apart && listOf(each['models']).some((served) => nameKey(each['provider'], served) === name)
    })
    if (other < 0) continue
    const problem = `is served by pools[${other}] at the same time: a request belongs to one pool`
    problems.push({ path: [...path, 'models', place], problem })
  }
  return problems
}

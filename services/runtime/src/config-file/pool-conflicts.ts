import type { DescribedIssue } from './describe-issue.ts'
import { fieldsOf, listOf } from './fields.ts'
import { emptySpan, isNothing, nameKey, overlap, spanOf } from './price-fields.ts'

/** Pools that cannot be shared out, and models that two pools serve at once. */
export function poolConflicts(pools: readonly unknown[]): DescribedIssue[] {
  const all = pools.map(fieldsOf)
  return all.flatMap((pool, index) => {
    const path = ['prices', 'pools', index]
    return [
      ...emptySpan(path, pool, 'from', 'to'),
      ...costOf(path, pool),
      ...weighing(path, pool),
      ...sharedModels(path, pool, all.slice(0, index)),
    ]
  })
}

function costOf(path: readonly PropertyKey[], pool: Readonly<Record<string, unknown>>): DescribedIssue[] {
  const { per_unit_hour: hourly, prepaid, to } = pool
  if (hourly === undefined && prepaid === undefined) {
    return [{ path, problem: 'has no price: it takes per_unit_hour, or prepaid for a whole term' }]
  }
  if (hourly !== undefined && prepaid !== undefined) {
    return [{ path: [...path, 'prepaid'], problem: 'and per_unit_hour are one price said twice: keep one' }]
  }
  if (prepaid === undefined || to !== undefined) return []
  return [{ path: [...path, 'prepaid'], problem: 'is for a term, and the pool has no end: give it to' }]
}

function weighing(path: readonly PropertyKey[], pool: Readonly<Record<string, unknown>>): DescribedIssue[] {
  const { weigh, capacity_per_hour: capacity } = pool
  const problems: DescribedIssue[] = []
  for (const name of ['weights', 'weights_by_model']) {
    if (pool[name] === undefined || typeof weigh !== 'string' || weigh === 'tokens') continue
    const problem = `say how much a token weighs, and weigh is ${weigh}: take one out`
    problems.push({ path: [...path, name], problem })
  }
  const served = listOf(pool['models'])
  for (const model of Object.keys(fieldsOf(pool['weights_by_model']))) {
    if (served.includes('*') || served.includes(model)) continue
    problems.push({ path: [...path, 'weights_by_model', model], problem: 'is none of models: it would weigh nothing' })
  }
  if (typeof capacity === 'string' && isNothing(capacity)) {
    problems.push({
      path: [...path, 'capacity_per_hour'],
      problem: 'is nothing: a pool can serve something in an hour',
    })
  }
  // Bought throughput is reserved all the time, whether or not a request runs.
  if (pool['prepaid'] !== undefined && weigh === 'tokens' && capacity === undefined) {
    const problem = 'is missing: what was bought can serve so many weighed tokens in an hour'
    problems.push({ path: [...path, 'capacity_per_hour'], problem })
  }
  return problems
}

function sharedModels(
  path: readonly PropertyKey[],
  pool: Readonly<Record<string, unknown>>,
  before: readonly Readonly<Record<string, unknown>>[],
): DescribedIssue[] {
  const problems: DescribedIssue[] = []
  const span = spanOf(pool['from'], pool['to'])
  // One after the other they are one pool, whose cost changed.
  const same = before.findIndex((other) => {
    const theirs = spanOf(other['from'], other['to'])
    return typeof pool['id'] === 'string' && other['id'] === pool['id'] && (!span || !theirs || overlap(span, theirs))
  })
  if (same >= 0) {
    const problem = `is the id of pools[${same}] at the same time: end one with to, or give each its own`
    problems.push({ path: [...path, 'id'], problem })
  }
  for (const [place, model] of listOf(pool['models']).entries()) {
    const name = nameKey(pool['provider'], model)
    const other = before.findIndex((each) => {
      const theirs = spanOf(each['from'], each['to'])
      if (name === undefined || !span || !theirs || !overlap(span, theirs)) return false
      const apart = pool['region'] !== each['region'] && pool['region'] !== undefined && each['region'] !== undefined
      return !apart && !tiersApart(pool, each) && serves(each, pool['provider'], model)
    })
    if (other < 0) continue
    const problem = `is served by pools[${other}] at the same time: a request belongs to one pool`
    problems.push({ path: [...path, 'models', place], problem })
  }
  return problems
}

function tiersApart(one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): boolean {
  const [ours, theirs] = [one['service_tiers'], other['service_tiers']]
  return Array.isArray(ours) && Array.isArray(theirs) && !ours.some((tier) => theirs.includes(tier))
}

function serves(pool: Readonly<Record<string, unknown>>, provider: unknown, model: unknown): boolean {
  return listOf(pool['models']).some((served) =>
    served === '*' || model === '*'
      ? nameKey(pool['provider'], '*') === nameKey(provider, '*')
      : nameKey(pool['provider'], served) === nameKey(provider, model),
  )
}

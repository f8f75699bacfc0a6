import type { ContractBook } from './contracts.ts'
import { createPlanCache, type PlanCache } from './plan-cache.ts'
import type { Plan, PlanQuery } from './plan.ts'

/** Room for this many distinct (provider, models, tier, region) at least, and twice as many at most. */
const cachedPlans = 10_000

/**
 * The plan of a request, made once. Where no contract is for single accounts or teams, these are not looked at; where one
 * is, each of those that contracts name has plans of its own, and everybody else shares theirs.
 */
export function createScopedPlans(
  { accounts, teams }: Pick<ContractBook, 'accounts' | 'teams'>,
  plan: (query: PlanQuery) => Plan,
): (request: Partial<PlanQuery> & Pick<PlanQuery, 'provider' | 'at'>) => Plan {
  const common = createPlanCache<Plan[]>(cachedPlans)
  const special = new Map<string, Map<string, PlanCache<Plan[]>>>()
  const isScoped = accounts.size > 0 || teams.size > 0

  function plansOf(account: string, team: string): PlanCache<Plan[]> {
    if (account === '' && team === '') return common
    let ofAccount = special.get(account)
    if (!ofAccount) special.set(account, (ofAccount = new Map()))
    let plans = ofAccount.get(team)
    if (!plans) ofAccount.set(team, (plans = createPlanCache(cachedPlans)))
    return plans
  }

  return (request) => {
    const { provider, requestModel = '', responseModel = '', serviceTier = '', region = '', at } = request
    let [billingAccount, team] = ['', '']
    if (isScoped) {
      if (request.billingAccount !== undefined && accounts.has(request.billingAccount)) {
        billingAccount = request.billingAccount
      }
      if (request.team !== undefined && teams.has(request.team)) team = request.team
    }
    const plans = plansOf(billingAccount, team)
    const known = plans.get(provider, requestModel, responseModel, serviceTier, region)
    if (known) for (const candidate of known) if (candidate.from <= at && at < candidate.to) return candidate
    const made = plan({ provider, requestModel, responseModel, serviceTier, region, billingAccount, team, at })
    if (known) known.unshift(made)
    else plans.set(provider, requestModel, responseModel, serviceTier, region, [made])
    return made
  }
}

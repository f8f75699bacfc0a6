import type { AlertRule } from '@spanledger/schemas/config/alerts'
import { judgeCacheRegression } from './cache-regression.ts'
import { judgeCostPerRequest } from './cost-per-request.ts'
import type { Judgement, Scene } from './judgement.ts'
import { judgeSpendSpike } from './spend-spike.ts'
import { judgeUnpriced } from './unpriced.ts'

/** What a rule says of one series at one moment. */
export function judge(rule: AlertRule, scene: Scene): Judgement {
  switch (rule.kind) {
    case 'spend_spike':
      return judgeSpendSpike(rule, scene)
    case 'cost_per_request':
      return judgeCostPerRequest(rule, scene)
    case 'cache_regression':
      return judgeCacheRegression(rule, scene)
    case 'unpriced':
      return judgeUnpriced(rule, scene)
  }
}

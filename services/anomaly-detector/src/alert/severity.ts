import type { AlertRule } from '@spanledger/schemas/config/alerts'
import type { AlertSeverity } from '@spanledger/schemas/events/alert'

/** USD above what is expected from which on somebody should look now: per hour, or in all so far. */
const criticalUsdPerHour = 100
const criticalUsd = 1000

/** A severity in the configuration is final; else money decides, and nobody knows what the unpriced costs. */
export function severityOf(rule: AlertRule, impactUsd: number, impactUsdPerHour: number): AlertSeverity {
  if (rule.severity !== undefined) return rule.severity
  if (rule.kind === 'unpriced') return 'warning'
  return impactUsdPerHour >= criticalUsdPerHour || impactUsd >= criticalUsd ? 'critical' : 'warning'
}

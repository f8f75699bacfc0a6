import type { Environment } from '@spanledger/runtime/config/environment'

/** What would be trusted to tell somebody, and tells nobody yet. */
const unread = [
  ['ALERTMANAGER_URL', 'Prometheus Alertmanager'],
  ['ALERT_WEBHOOK_URL', 'webhooks other than Slack’s'],
  ['ALERT_WEBHOOK_SECRET', 'webhooks other than Slack’s'],
] as const satisfies readonly (readonly [keyof Environment, string])[]

/** A line for each variable that is set and has no effect in this version. */
export function unreadVariableNotices(config: Environment): string[] {
  return unread
    .filter(([variable]) => config[variable] !== undefined)
    .map(([variable, what]) => `${variable} has no effect: alerts to ${what} are not in this version yet`)
}

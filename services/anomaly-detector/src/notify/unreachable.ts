import type { AlertsConfig } from '@spanledger/schemas/config/alerts'
import { defaultChannel } from '../route/route.ts'

/** Channels that the configuration names and that nobody can deliver to, each with what to do. */
export function unreachable(
  { channels, routes }: Pick<AlertsConfig, 'channels' | 'routes'>,
  notifiers: readonly string[],
): { channel: string; problem: string }[] {
  const named = new Set([...Object.keys(channels), ...routes.flatMap(({ to }) => to)])
  return [...named]
    .filter((channel) => channel !== 'none' && !notifiers.includes(channel))
    .map((channel) => ({ channel, problem: problemOf(channel, channels[channel]?.slack_webhook_env) }))
}

function problemOf(channel: string, variable: string | undefined): string {
  if (variable !== undefined) return `put its webhook's URL into the environment variable ${variable}, and start again`
  if (channel === defaultChannel) return 'set SLACK_WEBHOOK_URL, and start again'
  return 'it is not described under channels in the configuration file'
}

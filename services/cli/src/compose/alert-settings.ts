import { ConfigError, type ConfigProblem } from '@spanledger/runtime/config/config-error'
import type { Environment } from '@spanledger/runtime/config/environment'
import type { WatchedConfigFile } from '@spanledger/runtime/config-file/watch-config-file'
import type { Logger } from '@spanledger/runtime/logger'
import type { Metrics } from '@spanledger/runtime/metrics'
import type { AlertsConfig } from '@spanledger/schemas/config/alerts'
import { configFilePart } from './parts.ts'

/** What judging and telling need to know: from the configuration file, and the secrets that it only names. */
export interface AlertSettings {
  /** To be started before who reads the settings, so that they stay up to date. */
  readonly file: WatchedConfigFile
  config(): AlertsConfig
  /** Of the channel `slack`. */
  readonly slackWebhookUrl?: string
  /** Of the channels in the file, by their names. A channel that the file gains later has none until the next start. */
  readonly channelUrls: Readonly<Record<string, string>>
}

export interface AlertSettingsOptions {
  readonly config: Environment
  readonly env: Readonly<Record<string, string | undefined>>
  readonly logger: Logger
  readonly metrics: Metrics
}

/** Throws with everything that is wrong, with the file or with the variables that it names. */
export function createAlertSettings({ config, env, logger, metrics }: AlertSettingsOptions): AlertSettings {
  const file = configFilePart({ config, logger, metrics })
  const slackWebhookUrl = config.SLACK_WEBHOOK_URL
  return {
    file,
    config: () => file.current().alerts,
    channelUrls: readChannelUrls(file.current().alerts, env),
    ...(slackWebhookUrl !== undefined && { slackWebhookUrl }),
  }
}

/** The webhooks of `channels`, by name. Throws a ConfigError with every variable that is missing or no URL. */
export function readChannelUrls(
  { channels }: Pick<AlertsConfig, 'channels'>,
  env: AlertSettingsOptions['env'],
): Record<string, string> {
  const named = Object.entries(channels).map(([channel, { slack_webhook_env: variable }]) => ({ channel, variable }))
  const problems = named.flatMap(({ channel, variable }): ConfigProblem[] => {
    const url = env[variable]
    if (url && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return []
    const problem = `${url ? 'is not a URL' : 'is not set'}, and the alert channel ${channel} needs it`
    return [
      { variable, problem, fix: `put the URL of its Slack webhook there, or take channels.${channel} out of the file` },
    ]
  })
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.fromEntries(named.map(({ channel, variable }) => [channel, env[variable] as string]))
}

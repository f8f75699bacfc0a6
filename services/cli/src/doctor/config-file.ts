import { ConfigError } from '@spanledger/runtime/config/config-error'
import type { Environment } from '@spanledger/runtime/config/environment'
import { ConfigFileError } from '@spanledger/runtime/config-file/config-file-error'
import { findConfigFile, loadConfigFile } from '@spanledger/runtime/config-file/load-config-file'
import { SpanledgerError } from '@spanledger/runtime/errors'
import { readChannelUrls } from '../compose/alert-settings.ts'
import { checkApiKeys } from './api-keys.ts'
import { type Check, failed, ok, warning } from './check.ts'
import { checkOwnPrices } from './own-prices.ts'

const name = 'configuration file'

/** The file as the next start will find it, the secrets that it names, and whether anybody is told of alerts, what its pins are of, and its prices. */
export function checkConfigFile(
  config: Environment,
  env: Readonly<Record<string, string | undefined>>,
  nowMs: number,
): Check[] {
  const path = findConfigFile(config.SPANLEDGER_CONFIG)
  try {
    const { alerts, attribution, prices } = loadConfigFile(path)
    const channels = Object.keys(readChannelUrls(alerts, env))
    const hasSlack = config.SLACK_WEBHOOK_URL !== undefined
    const said = path === undefined ? 'none: everything has its default' : `${path} can be used`
    return [
      ok(name, said),
      checkReach(channels, hasSlack),
      ...checkApiKeys(config.SPANLEDGER_API_KEYS, attribution),
      ...checkOwnPrices(prices, nowMs),
    ]
  } catch (error) {
    if (error instanceof ConfigFileError) {
      return error.message.split('\n').map((message) => failed(name, message, error.hint))
    }
    if (error instanceof ConfigError) {
      return error.problems.map(({ variable, problem, fix }) => failed(name, `${variable} ${problem}`, fix))
    }
    if (error instanceof SpanledgerError) return [failed(name, error.message, error.hint)]
    throw error
  }
}

function checkReach(channels: readonly string[], hasSlack: boolean): Check {
  const names = [...(hasSlack ? ['slack'] : []), ...channels]
  if (names.length > 0) return ok('alerts', `can be told to ${names.join(', ')}`)
  return warning(
    'alerts',
    'are on the page only: SLACK_WEBHOOK_URL is not set here, so nobody is told',
    'set it to a Slack incoming webhook where spanledger is started',
  )
}

import type { Logger } from './logger.ts'
import type { Service } from './service.ts'

export interface SignalOptions {
  readonly service: Service
  readonly logger: Logger
  /** Resolves when the service can no longer work: the process then stops, with exit code 1. */
  readonly failed?: Promise<unknown>
  /** Where signals come from and exits go to. */
  readonly process?: Pick<NodeJS.Process, 'on' | 'off' | 'exit'>
}

/**
 * Starts the service and keeps it until SIGINT or SIGTERM, which drains it once; a second signal ends the process at
 * once. Resolves to the exit code when everything is released; rejects when the service could not start.
 */
export async function runUntilSignal(options: SignalOptions): Promise<0 | 1> {
  const { service, logger, failed, process: host = process } = options
  let asked: (() => void) | undefined
  const askedToStop = new Promise<void>((resolve) => (asked = resolve))
  let signals = 0
  const onSignal = (signal: NodeJS.Signals) => {
    signals += 1
    if (signals > 1) {
      logger.warn(`${signal} again: ending now, without draining`)
      host.exit(130)
    }
    logger.info(`${signal}: draining; once more ends at once`)
    asked?.()
  }
  host.on('SIGINT', onSignal)
  host.on('SIGTERM', onSignal)
  try {
    const started = service.start()
    await Promise.race([started, askedToStop])
    const reason = signals > 0 ? undefined : await Promise.race([askedToStop, failed ?? new Promise(() => undefined)])
    if (reason !== undefined) logger.error({ err: reason }, `${service.name} cannot go on`)
    await service.stop()
    return reason === undefined ? 0 : 1
  } finally {
    host.off('SIGINT', onSignal)
    host.off('SIGTERM', onSignal)
  }
}

import { type Clock, systemClock } from './clock.ts'
import type { Logger } from './logger.ts'
import type { Service } from './service.ts'

export interface SignalOptions {
  readonly service: Service
  readonly logger: Logger
  /** Resolves with the error when the service can no longer work: it is then stopped, and the exit code is 1. */
  readonly failed?: Promise<unknown>
  /** Called once the service has started. */
  readonly onReady?: () => void
  /** Where signals come from and exits go to. */
  readonly process?: Pick<NodeJS.Process, 'on' | 'off' | 'exit'>
  readonly clock?: Clock
}

/** A terminal signals the whole group and npm passes it on as well: what comes this soon after is the same Ctrl-C. */
const sameSignalMs = 500

/**
 * Starts the service and keeps it until SIGINT or SIGTERM, which drains it once; a second signal ends the process at
 * once. Resolves to the exit code when everything is released; rejects when the service could not start.
 */
export async function runUntilSignal(options: SignalOptions): Promise<0 | 1> {
  const { service, logger, failed = new Promise(() => undefined), onReady, process: host = process } = options
  const { clock = systemClock } = options
  let askToStop: () => void = () => undefined
  const askedToStop = new Promise<'signal'>((resolve) => (askToStop = () => resolve('signal')))
  let firstMs: number | undefined
  const onSignal = (signal: NodeJS.Signals) => {
    const isFirst = firstMs === undefined
    firstMs ??= clock.nowMs()
    if (!isFirst) {
      if (clock.nowMs() - firstMs < sameSignalMs) return
      logger.warn(`${signal} again: ending now, without draining`)
      host.exit(130)
    }
    logger.info(`${signal}: draining; once more ends at once`)
    askToStop()
  }
  host.on('SIGINT', onSignal)
  host.on('SIGTERM', onSignal)
  try {
    const start = service.start()
    // Asked to stop while it starts: whether it would have succeeded no longer matters.
    const early = await Promise.race([start, askedToStop])
    if (early === 'signal') start.catch(() => undefined)
    else onReady?.()
    const end = await Promise.race([askedToStop, failed.then((error) => ({ error }))])
    if (end !== 'signal') logger.error({ err: end.error }, `${service.name} cannot go on`)
    await service.stop()
    return end === 'signal' ? 0 : 1
  } catch (error) {
    await service.stop().catch(() => undefined)
    throw error
  } finally {
    host.off('SIGINT', onSignal)
    host.off('SIGTERM', onSignal)
  }
}

import { type Clock, sleep } from '@spanledger/runtime/clock'
import { SpanledgerError } from '@spanledger/runtime/errors'
import type { Logger } from '@spanledger/runtime/logger'
import type { Service } from '@spanledger/runtime/service'
import { startStop } from '@spanledger/runtime/start-stop'

export interface StandInOptions {
  readonly service: Service
  readonly clock: Clock
  readonly logger: Logger
}

const tryAgainMs = 2_000

/**
 * A service that reads groups of a log which gives a group to one process at a time: while another process has one, it
 * stands by and tries again, rather than fail. `start` resolves after the first try.
 */
export function createStandIn({
  service,
  clock,
  logger,
}: StandInOptions): Service & { readonly failed: Promise<unknown> } {
  let aborting = new AbortController()
  let trying: Promise<void> = Promise.resolve()
  let reportFailure: (error: unknown) => void
  const failed = new Promise<unknown>((resolve) => (reportFailure = resolve))

  async function tryOnce(): Promise<boolean> {
    try {
      await service.start()
      return true
    } catch (error) {
      if (!(error instanceof SpanledgerError && error.code === 'GROUP_BUSY')) throw error
      await service.stop()
      logger.debug({ err: error }, `${service.name} stands by: another process has its group`)
      return false
    }
  }

  async function keepTrying(signal: AbortSignal): Promise<void> {
    do await sleep(clock, tryAgainMs, signal)
    while (!signal.aborted && !(await tryOnce()))
  }

  return {
    name: service.name,
    failed,
    ...startStop(
      async () => {
        aborting = new AbortController()
        if (!(await tryOnce())) trying = keepTrying(aborting.signal).catch((error: unknown) => reportFailure(error))
      },
      async () => {
        aborting.abort()
        await trying
        await service.stop()
      },
    ),
  }
}

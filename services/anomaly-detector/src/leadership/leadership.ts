import type { Clock } from '@spanledger/runtime/clock'
import { SpanledgerError } from '@spanledger/runtime/errors'
import type { EventLog, Subscription } from '@spanledger/runtime/event-log/port'
import type { Logger } from '@spanledger/runtime/logger'
import type { Service } from '@spanledger/runtime/service'
import { topics } from '@spanledger/schemas/events/topics'

export interface LeadershipOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly logger: Logger
  /** Called when it begins or ends. */
  onChange(leads: boolean): void
}

export interface Leadership extends Service {
  readonly leads: boolean
  /** Resolves with an error that no further try will mend. */
  readonly failed: Promise<unknown>
}

const detectorGroup = 'anomaly-detector'
const tryAgainMs = 2_000

/**
 * Of all detectors on one log one judges: the member of the consumer group that owns partition 0 of `alerts`. On a log
 * that gives a group to one process at a time, the others try again until they get it.
 */
export function createLeadership({ log, clock, logger, onChange }: LeadershipOptions): Leadership {
  let leads = false
  let running = false
  let subscription: Subscription | undefined
  let cancel: (() => void) | undefined
  let joining: Promise<void> = Promise.resolve()
  let reportFailure: (error: unknown) => void
  const failed = new Promise<unknown>((resolve) => (reportFailure = resolve))

  function change(now: boolean): void {
    if (leads === now) return
    leads = now
    onChange(now)
  }

  async function join(): Promise<void> {
    cancel = undefined
    try {
      const joined = await log.subscribe({
        group: detectorGroup,
        topics: [topics.alerts],
        // Nothing is read from there; what is committed lets the log be trimmed.
        async onEntries(entries) {
          const last = entries.at(-1)
          if (last) {
            const { topic, partition, offset } = last
            await subscription
              ?.commit([{ topic, partition, offset: offset + 1 }])
              .catch((error: unknown) => logger.debug({ err: error }, 'a position of the detector was not kept'))
          }
        },
        async onAssigned(partitions) {
          change(running && partitions.some(({ partition }) => partition === 0))
        },
      })
      subscription = joined
      if (!running) await joined.stop()
    } catch (error) {
      change(false)
      if (!isWorthAnotherTry(error)) {
        reportFailure(error)
        return
      }
      logger.debug({ err: error }, 'another detector judges, or the log is away')
      if (running) cancel = clock.after(tryAgainMs, () => void (joining = join()))
    }
  }

  return {
    name: 'leadership',
    failed,
    get leads() {
      return leads
    },
    async start() {
      if (running) return
      running = true
      joining = join()
      await joining
    },
    async stop() {
      running = false
      cancel?.()
      await joining
      await subscription?.stop()
      subscription = undefined
      change(false)
    },
  }
}

function isWorthAnotherTry(error: unknown): boolean {
  return error instanceof SpanledgerError && (error.retryable || error.code === 'GROUP_BUSY')
}

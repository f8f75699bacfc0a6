import type { UsageEvent } from '@spanledger/schemas/events/usage-event'
import { ok, reject, type Result } from '@spanledger/schemas/result'
import type { UsageEventCodec } from '@spanledger/runtime/avro/usage-event-codec'
import type { Logger } from '@spanledger/runtime/logger'
import type { RefusalReason } from './refusal.ts'

export type EncodeUsage = (event: UsageEvent) => Uint8Array

/** Usage events into bytes of the log. Needs the schema registry once, for the id of the schema, and never again. */
export interface UsageEncoder {
  /** Asks the registry when it has not answered yet. */
  ready(): Promise<Result<EncodeUsage, RefusalReason>>
  /** What keeps events from being taken, since the last attempt; undefined: nothing that is known. */
  readonly problem: string | undefined
}

export function createUsageEncoder(codec: UsageEventCodec, logger: Logger): UsageEncoder {
  const encode: EncodeUsage = (event) => codec.encode(event)
  let problem: string | undefined
  return {
    get problem() {
      return problem
    },
    async ready() {
      try {
        await codec.ready()
        problem = undefined
        return ok(encode)
      } catch (error) {
        const now = error instanceof Error ? error.message : String(error)
        if (now !== problem) logger.warn({ err: error }, 'usage events have no schema id yet: answering 503')
        problem = now
        return reject('registry_unavailable', 'the schema registry does not answer: try again later')
      }
    },
  }
}

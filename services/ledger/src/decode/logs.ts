import type { Attributor } from '@spanledger/schemas/attribution/attributor'
import type { OtlpLog } from '@spanledger/schemas/events/otlp'
import { drop, ok } from '@spanledger/schemas/result'
import { decodeLogs } from '@spanledger/runtime/otlp/decode-logs'
import type { LogDrop } from '../dialects/log-dialect.ts'
import { recogniseLog } from '../dialects/log-registry.ts'
import type { Judged } from '../normalise/judged.ts'
import { observeLog } from '../normalise/log.ts'
import type { Observation } from '../observation.ts'
import type { RecordReader } from './otlp-records.ts'
import { scrubLog } from './scrub.ts'

/** Log records: some producers report a request as an event. */
export const logReader: RecordReader<OtlpLog> = {
  nouns: { records: 'log records', request: 'logs' },
  decode(value, max, attributor) {
    const decoded = decodeLogs(value, attributor.keepSignal, max)
    if (decoded.kind !== 'ok') return decoded
    return ok({ records: decoded.value.logs, undecodable: decoded.value.undecodable })
  },
  read: readLog,
  scrub: scrubLog,
}

function readLog(
  log: OtlpLog,
  tenant: string,
  receivedAt: number,
  { attribute }: Attributor,
): Judged<Observation> | ReturnType<typeof drop<LogDrop>> {
  const recognised = recogniseLog(log)
  if (recognised.kind === 'drop') return drop(recognised.reason)
  const { dialect, event } = recognised
  const verdict = dialect.gate(log, event)
  if (verdict !== 'leaf') return drop(verdict)
  return observeLog(log, dialect.name, dialect.read(log, event), attribute(log), tenant, receivedAt)
}

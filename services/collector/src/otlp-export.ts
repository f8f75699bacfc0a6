import { keptAttributes } from '@spanledger/schemas/events/content-attributes'
import { ok, reject, type Result } from '@spanledger/schemas/result'
import { countRecords, countRecordsJson } from '@spanledger/runtime/otlp/count-records'
import { decodeTraces } from '@spanledger/runtime/otlp/decode-traces'
import { decodeTracesJson } from '@spanledger/runtime/otlp/decode-traces-json'
import type { Door, Incoming, Received } from './door.ts'
import type { OtlpEncoding, OtlpSignal } from './otlp-answer.ts'
import type { RefusalReason } from './refusal.ts'
import { toSpanRecords } from './span-records.ts'

/** What is told to the producer of an export that was taken: how much of it was not, and why. */
export interface Taken {
  readonly rejected: number
  readonly message: string
}

/** Why an export was refused, for its transport to answer. */
export interface Refused {
  readonly reason: RefusalReason
  readonly message: string
}

/** One OTLP export request, whatever brought it: durable when it resolves with what was taken, and counted either way. */
export async function takeExport(
  door: Door,
  signal: OtlpSignal,
  incoming: Incoming<OtlpEncoding>,
): Promise<{ readonly taken: Taken } | { readonly refused: Refused }> {
  const outcome = await door.receive(signal, incoming, (received) => {
    return signal === 'traces' ? takeTraces(door, received) : takeUnread(door, signal, received)
  })
  if (outcome.kind === 'ok') {
    door.metrics.request(signal, outcome.value.rejected > 0 ? 'partial' : 'accepted')
    return { taken: outcome.value }
  }
  if (outcome.kind === 'drop') throw new TypeError('a request is never dropped')
  door.metrics.request(signal, outcome.reason)
  return { refused: outcome }
}

async function takeTraces(
  door: Door,
  { body, encoding, headers }: Received<OtlpEncoding>,
): Promise<Result<Taken, RefusalReason>> {
  const decoded =
    encoding === 'json' ? decodeTracesJson(body.toString('utf8'), keptAttributes) : decodeTraces(body, keptAttributes)
  if (decoded.kind !== 'ok') return reject('undecodable', decoded.kind === 'reject' ? decoded.message : '')

  const { spans, undecodable } = decoded.value
  const { records, accepted, rejected, notGenAi } = toSpanRecords(spans, headers, door.nowMs())
  const appended = await door.append(records)
  if (appended.kind !== 'ok') return appended

  const refused = undecodable > 0 ? [...rejected, ['RECORD_UNDECODABLE', undecodable] as const] : [...rejected]
  for (const [code, count] of refused) door.metrics.rejected('traces', code, count)
  door.metrics.accepted('traces', accepted)
  door.metrics.dropped('traces', 'not_genai', notGenAi)
  const message = refused.map(([code, count]) => `${count} ${count === 1 ? 'span' : 'spans'}: ${code}`).join('; ')
  return ok({ rejected: refused.reduce((sum, [, count]) => sum + count, 0), message })
}

/**
 * Logs and metrics: checked, counted as dropped, and said so. They are not rejected, for a producer can do nothing
 * about it, and must neither fail nor send them again.
 */
async function takeUnread(
  door: Door,
  signal: 'logs' | 'metrics',
  { body, encoding }: Received<OtlpEncoding>,
): Promise<Result<Taken, RefusalReason>> {
  const count = encoding === 'json' ? countRecordsJson(body.toString('utf8'), signal) : countRecords(body)
  if (count === undefined) return reject('undecodable', `the body is not an OTLP export request of ${signal}`)
  door.metrics.dropped(signal, 'signal_not_read', count)
  return ok({ rejected: 0, message: count === 0 ? '' : `${signal} are not read by this version: not kept` })
}

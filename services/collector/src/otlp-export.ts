import type { RejectCode } from '@spanledger/schemas/codes'
import { keptAttributes, keptSignalAttributes } from '@spanledger/schemas/events/content-attributes'
import { topics } from '@spanledger/schemas/events/topics'
import { ok, reject, type Result } from '@spanledger/schemas/result'
import { decodeTraces } from '@spanledger/runtime/otlp/decode-traces'
import { decodeTracesJson } from '@spanledger/runtime/otlp/decode-traces-json'
import { rewriteSignal } from '@spanledger/runtime/otlp/rewrite-signal'
import type { Door, Incoming, Received } from './door.ts'
import { hasTooManyValues, tooManyValues } from './json-bounds.ts'
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
  const outcome = await door.receive(signal, incoming, async (received): Promise<Result<Taken, RefusalReason>> => {
    if (received.encoding === 'json' && hasTooManyValues(received.body)) return tooManyValues
    return signal === 'traces' ? takeTraces(door, received) : takeSignal(door, signal, received)
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
  const { maxRecordsPerRequest: max } = door.config
  const decoded =
    encoding === 'json'
      ? decodeTracesJson(body.toString('utf8'), keptAttributes, max)
      : decodeTraces(body, keptAttributes, max)
  if (decoded.kind !== 'ok') return refusalOf(decoded)

  const { spans, undecodable } = decoded.value
  const made = toSpanRecords(spans, headers, door.nowMs(), door.config.maxInflatedBytes)
  if (made.tooLarge) return tooManyBytes(door)
  const { records, accepted, rejected, notGenAi } = made
  const appended = await door.append(records)
  if (appended.kind !== 'ok') return appended

  const refused = undecodable > 0 ? [...rejected, ['RECORD_UNDECODABLE', undecodable] as const] : [...rejected]
  for (const [code, count] of refused) door.metrics.rejected('traces', code, count)
  door.metrics.accepted('traces', accepted)
  door.metrics.dropped('traces', 'not_genai', notGenAi)
  const message = refused.map(([code, count]) => describe(count, 'span', code)).join('; ')
  return ok({ rejected: refused.reduce((sum, [, count]) => sum + count, 0), message })
}

/** A resource is written into the records of each trace or series. */
function tooManyBytes({ config }: Door): Result<never, RefusalReason> {
  const message = `its records take more than ${config.maxInflatedBytes} bytes, each with its resource: send smaller batches`
  return reject('too_large', message)
}

function refusalOf(result: Exclude<Result<never, RejectCode>, { kind: 'ok' }>): Result<never, RefusalReason> {
  if (result.kind === 'drop') throw new TypeError('a request is never dropped')
  return reject(result.reason === 'EVENT_TOO_LARGE' ? 'too_large' : 'undecodable', result.message)
}

/** Where the log records of one conversation say which it is, if no trace id does. */
const keyAttributes = ['gen_ai.conversation.id', 'conversation.id', 'session.id'] as const

async function takeSignal(
  door: Door,
  signal: 'logs' | 'metrics',
  { body, encoding, headers }: Received<OtlpEncoding>,
): Promise<Result<Taken, RefusalReason>> {
  const { maxRecordsPerRequest: maxRecords, maxInflatedBytes: maxBytes } = door.config
  const options = { signal, keep: keptSignalAttributes, keyAttributes, maxRecords, maxBytes }
  const rewritten = rewriteSignal(body, encoding, options)
  if (rewritten.kind !== 'ok') return refusalOf(rewritten)
  const { parts, records, undecodable } = rewritten.value
  const topic = topics[signal]
  const appended = await door.append(
    parts.map(({ key, bytes: value }) => (headers ? { topic, key, value, headers } : { topic, key, value })),
  )
  if (appended.kind !== 'ok') return appended
  door.metrics.accepted(signal, records)
  door.metrics.rejected(signal, 'RECORD_UNDECODABLE', undecodable)
  const noun = signal === 'logs' ? 'log record' : 'data point'
  const message = undecodable === 0 ? '' : describe(undecodable, noun, 'RECORD_UNDECODABLE')
  return ok({ rejected: undecodable, message })
}

function describe(count: number, noun: string, code: RejectCode): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}: ${code}`
}

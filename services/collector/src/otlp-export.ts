import type { RejectCode } from '@spanledger/schemas/codes'
import { lifterOf } from '@spanledger/schemas/events/lifting/lifters'
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
import { createStrictness, type Strictness } from './strictness.ts'

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
  { body, encoding, sender }: Received<OtlpEncoding>,
): Promise<Result<Taken, RefusalReason>> {
  const { maxRecordsPerRequest: max } = door.config
  const { keep } = sender.attributor
  const decoded =
    encoding === 'json'
      ? decodeTracesJson(body.toString('utf8'), keep, max, lifterOf)
      : decodeTraces(body, keep, max, lifterOf)
  if (decoded.kind !== 'ok') return refusalOf(decoded)

  const { spans, undecodable } = decoded.value
  const strictness = createStrictness(sender)
  const admitted = sender.attributor.isStrict ? spans.filter(strictness.admits) : spans
  const made = toSpanRecords(admitted, sender.headers, door.nowMs(), door.config.maxInflatedBytes)
  if (made.tooLarge) return tooManyBytes(door)
  const { records, accepted, rejected, notGenAi } = made
  const appended = await door.append(records)
  if (appended.kind !== 'ok') return appended

  door.metrics.accepted('traces', accepted)
  door.metrics.dropped('traces', 'not_genai', notGenAi)
  return ok(told(door, 'traces', [...rejected, ['RECORD_UNDECODABLE', undecodable]], strictness))
}

const nouns = { traces: 'span', logs: 'log record', metrics: 'data point' } as const

/** Counts what was not taken, and says why. */
function told(
  door: Door,
  signal: OtlpSignal,
  rejected: readonly (readonly [RejectCode, number])[],
  strictness: Strictness,
): Taken {
  const all = [...rejected, ['ATTRIBUTION_MISSING', strictness.refused] as const].filter(([, count]) => count > 0)
  for (const [code, count] of all) door.metrics.rejected(signal, code, count)
  const reasons = all.map(([code, count]) => describe(count, nouns[signal], code))
  const message = [reasons.join('; '), ...(strictness.message === '' ? [] : [strictness.message])].join(': ')
  return { rejected: all.reduce((sum, [, count]) => sum + count, 0), message }
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
  { body, encoding, sender }: Received<OtlpEncoding>,
): Promise<Result<Taken, RefusalReason>> {
  const { headers, attributor } = sender
  const strictness = createStrictness(sender)
  const { maxRecordsPerRequest: maxRecords, maxInflatedBytes: maxBytes } = door.config
  // A data point is never a charge.
  const admits = signal === 'logs' && attributor.isStrict ? strictness.admits : undefined
  const options = { signal, keep: attributor.keepSignal, keyAttributes, maxRecords, maxBytes, admits }
  const rewritten = rewriteSignal(body, encoding, options)
  if (rewritten.kind !== 'ok') return refusalOf(rewritten)
  const { parts, records, undecodable } = rewritten.value
  const topic = topics[signal]
  const appended = await door.append(
    parts.map(({ key, bytes: value }) => (headers ? { topic, key, value, headers } : { topic, key, value })),
  )
  if (appended.kind !== 'ok') return appended
  door.metrics.accepted(signal, records)
  return ok(told(door, signal, [['RECORD_UNDECODABLE', undecodable]], strictness))
}

function describe(count: number, noun: string, code: RejectCode): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}: ${code}`
}

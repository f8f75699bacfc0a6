import type { IncomingMessage } from 'node:http'
import { cloudEventOfHeaders } from '@spanledger/schemas/events/cloud-event'
import { ok, type Result } from '@spanledger/schemas/result'
import type { Door } from './door.ts'
import { httpRequest } from './http-request.ts'
import { refusalHeaders, refusals, type RefusalReason } from './refusal.ts'
import { createStrictness } from './strictness.ts'
import { parseUsageBody, type UsageEncoding } from './usage-body.ts'
import type { UsageEncoder } from './usage-encoder.ts'
import { type RejectedEvent, toUsageRecords } from './usage-records.ts'

const encodings: Readonly<Record<string, UsageEncoding>> = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'application/cloudevents+json': 'cloudevent',
  'application/cloudevents-batch+json': 'cloudevents',
}

/** What the URL says of the events, as it was written. */
export interface UsageQuery {
  readonly derive_id?: string | undefined
  readonly usage_format?: string | undefined
}

interface UsageAnswer {
  readonly accepted: number
  readonly rejected: readonly RejectedEvent[]
}

/** `POST /v1/usage`: 200 when any event was accepted, 400 with the same body when none was. */
export async function answerUsage(
  door: Door,
  encoder: UsageEncoder,
  incoming: IncomingMessage,
  query: UsageQuery,
): Promise<Response> {
  const taken = await door.receive(
    'usage',
    httpRequest(incoming, encodings),
    async (received): Promise<Result<UsageAnswer, RefusalReason>> => {
      const { body, encoding, sender } = received
      const envelope = cloudEventOfHeaders(incoming.headers)
      const events = parseUsageBody(body, encoding, door.config.maxEventsPerRequest, envelope)
      if (events.kind !== 'ok') return events
      const encode = await encoder.ready()
      if (encode.kind !== 'ok') return encode
      const options = {
        headers: sender.headers,
        strictness: createStrictness(sender),
        query,
        nowMs: door.nowMs(),
        encode: encode.value,
      }
      const { records, rejected } = toUsageRecords(events.value, options)
      const appended = await door.append(records)
      if (appended.kind !== 'ok') return appended
      door.metrics.accepted('usage', records.length)
      for (const { code } of rejected) door.metrics.rejected('usage', code, 1)
      return ok({ accepted: records.length, rejected })
    },
  )
  if (taken.kind === 'ok') {
    const { accepted, rejected } = taken.value
    const outcome = accepted === 0 ? 'rejected' : rejected.length > 0 ? 'partial' : 'accepted'
    door.metrics.request('usage', outcome)
    return json(taken.value, accepted > 0 ? 200 : 400)
  }
  if (taken.kind === 'drop') throw new TypeError('a request is never dropped')
  door.metrics.request('usage', taken.reason)
  return refuse(taken.reason, taken.message)
}

function refuse(reason: RefusalReason, message: string): Response {
  const answer = refusals[reason]
  if (reason === 'undecodable') {
    return json({ accepted: 0, rejected: [{ index: 0, code: 'BODY_UNDECODABLE', message }] }, answer.status)
  }
  return json({ code: reason, message }, answer.status, refusalHeaders(answer))
}

function json(body: unknown, status: number, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })
}

import { openCloudEvent } from '@spanledger/schemas/events/cloud-event'
import { isObject } from '@spanledger/schemas/events/event-fields'
import { ok, reject, type Result } from '@spanledger/schemas/result'
import { hasTooManyValues, tooManyValues } from './json-bounds.ts'
import type { RefusalReason } from './refusal.ts'
import type { ParsedEvent } from './usage-records.ts'

/** One event or an array of them, one on each line, one in an envelope, an array of envelopes. */
export type UsageEncoding = 'json' | 'ndjson' | 'cloudevent' | 'cloudevents'

/** Of UTF-16 code units: gateways send what was asked and answered along with the counts. */
const maxLineLength = 4_194_304

type Envelope = Readonly<Record<string, unknown>>

/**
 * The events of a body. A line that is no JSON is one bad event among good ones. `envelope` is a CloudEvent's, out of the
 * headers, whose data is the body.
 */
export function parseUsageBody(
  body: Buffer,
  encoding: UsageEncoding,
  maxEvents: number,
  envelope?: Envelope,
): Result<readonly ParsedEvent[], RefusalReason> {
  if (hasTooManyValues(body)) return tooManyValues
  const text = body.toString('utf8')
  const events =
    encoding === 'ndjson'
      ? parseLines(text, maxEvents)
      : encoding === 'json' && envelope === undefined
        ? parseJson(text)
        : parseEnvelopes(text, encoding, envelope)
  if (events === undefined) return reject('undecodable', 'the body is not valid JSON')
  if (events.length > maxEvents) return reject('too_large', `more than ${maxEvents} events in one request: send fewer`)
  return ok(events.map(unwrap))
}

/** An envelope is one whatever the content type says: `specversion` is no field of a usage event. */
function unwrap(event: ParsedEvent): ParsedEvent {
  if ('problem' in event || !isObject(event.value)) return event
  const { specversion } = event.value
  return typeof specversion === 'string' ? open(event.value) : event
}

function open(envelope: unknown): ParsedEvent {
  const opened = openCloudEvent(envelope)
  if (opened.kind === 'ok') return { value: opened.value }
  return { problem: { code: opened.reason, message: opened.kind === 'reject' ? opened.message : '' } }
}

function parseJson(text: string): ParsedEvent[] | undefined {
  const body = parse(text)
  if ('problem' in body) return undefined
  return Array.isArray(body.value) ? body.value.map((value: unknown) => ({ value })) : [body]
}

function parseEnvelopes(text: string, encoding: UsageEncoding, envelope?: Envelope): ParsedEvent[] | undefined {
  const body = parse(text)
  if ('problem' in body) return undefined
  const envelopes = encoding === 'json' ? [{ ...envelope, data: body.value }] : [body.value].flat()
  if (Array.isArray(body.value) !== (encoding === 'cloudevents')) {
    const message =
      'CloudEvents: one event is application/cloudevents+json, an array application/cloudevents-batch+json'
    return [{ problem: { code: 'EVENT_NOT_OBJECT', message } }]
  }
  return envelopes.map(open)
}

function parseLines(text: string, maxEvents: number): ParsedEvent[] {
  const events: ParsedEvent[] = []
  let start = 0
  while (start < text.length && events.length <= maxEvents) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    const line = text.slice(start, end).trim()
    start = end + 1
    if (line.length > maxLineLength) {
      events.push({ problem: { code: 'EVENT_TOO_LARGE', message: `the line is longer than ${maxLineLength}` } })
    } else if (line !== '') events.push(parse(line))
  }
  return events
}

function parse(text: string): ParsedEvent {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return { problem: { code: 'BODY_UNDECODABLE', message: 'the line is not valid JSON' } }
  }
}

import { ok, reject, type Result } from '@spanledger/schemas/result'
import { hasTooManyValues, tooManyValues } from './json-bounds.ts'
import type { RefusalReason } from './refusal.ts'
import type { ParsedEvent } from './usage-records.ts'

export type UsageEncoding = 'json' | 'ndjson'

const maxLineLength = 262_144

/** The events of a body: one, an array of them, or one on each line. A line that is no JSON is one bad event among good ones. */
export function parseUsageBody(
  body: Buffer,
  encoding: UsageEncoding,
  maxEvents: number,
): Result<readonly ParsedEvent[], RefusalReason> {
  if (encoding === 'json' && hasTooManyValues(body)) return tooManyValues
  const text = body.toString('utf8')
  const events = encoding === 'json' ? parseJson(text) : parseLines(text, maxEvents)
  if (events === undefined) return reject('undecodable', 'the body is not valid JSON')
  if (events.length > maxEvents) return reject('too_large', `more than ${maxEvents} events in one request: send fewer`)
  return ok(events)
}

function parseJson(text: string): ParsedEvent[] | undefined {
  const body = parse(text)
  if ('problem' in body) return undefined
  return Array.isArray(body.value) ? body.value.map((value: unknown) => ({ value })) : [body]
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

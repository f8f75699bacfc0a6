import type { RejectCode } from '../codes.ts'
import { ok, reject, type Result } from '../result.ts'
import { isObject } from './event-fields.ts'

type Raw = Readonly<Record<string, unknown>>

const problem = (message: string) => reject<RejectCode>('FIELD_INVALID', `CloudEvents: ${message}`)

/**
 * The usage event in a CloudEvents 1.0 envelope, structured or put together from headers. Where the event has no id and no
 * time of its own, `source` with `id`, which the specification holds to be unique, and `time` stand for them.
 */
export function openCloudEvent(envelope: unknown): Result<Raw, RejectCode> {
  if (!isObject(envelope)) return reject('EVENT_NOT_OBJECT', 'a CloudEvent must be a JSON object')
  const { specversion, id, source, type, time, datacontenttype, data } = envelope
  if (specversion !== '1.0') return problem('specversion must be 1.0')
  for (const [name, value] of [
    ['id', id],
    ['source', source],
    ['type', type],
  ] as const) {
    if (typeof value !== 'string' || value.trim() === '') return problem(`${name} is required, and a text`)
  }
  if (envelope['data_base64'] !== undefined) return problem('data_base64 is not taken: send data as JSON')
  if (!isJson(datacontenttype)) return problem('datacontenttype must be application/json, or left out')
  if (!isObject(data)) return reject('EVENT_NOT_OBJECT', 'CloudEvents: data must be one usage event, a JSON object')
  return ok({
    ...data,
    event_id: given(data['event_id']) ? data['event_id'] : `${String(source)}|${String(id)}`,
    at: given(data['at']) ? data['at'] : time,
  })
}

function isJson(type: unknown): boolean {
  if (type === undefined || type === null) return true
  const plain = typeof type === 'string' ? type.split(';', 1)[0]?.trim().toLowerCase() : undefined
  return plain === 'application/json' || plain?.endsWith('+json') === true
}

function given(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

const headerPrefix = 'ce-'
/** Of HTTP's binary mode: the context attributes as headers, percent-encoded. undefined: the request has none. */
export function cloudEventOfHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Raw | undefined {
  if (headers[`${headerPrefix}specversion`] === undefined) return undefined
  const attributes: [string, string][] = []
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(headerPrefix) && typeof value === 'string') {
      attributes.push([name.slice(headerPrefix.length), decode(value)])
    }
  }
  return Object.fromEntries(attributes)
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

import { reject, type Result } from '@spanledger/schemas/result'

/** A decoded record of `usage-event.v1.avsc`, as far as it differs from the JSON of `POST /v1/usage`. */
type Decoded = Readonly<Record<string, unknown>> & {
  readonly at: number | bigint
  readonly usage: unknown
  readonly usage_format: string
  readonly usage_json: string | null
}

/** The same event as `POST /v1/usage` takes it, so that the same rules read it, and a refused one can be sent again. */
export function asJsonEvent(decoded: unknown): Result<Readonly<Record<string, unknown>>, 'FIELD_INVALID'> & {
  readonly json: Readonly<Record<string, unknown>>
} {
  const { at, usage, usage_json: text, ...rest } = decoded as Decoded
  const json = { ...rest, at: isoTime(at), usage }
  if (text === null) {
    if (usage === null || rest.usage_format === 'canonical') return { kind: 'ok', value: json, json }
    const message = `usage_format says ${JSON.stringify(rest.usage_format.slice(0, 32))}: put that block into usage_json, as JSON text`
    return { ...reject('FIELD_INVALID', message), json }
  }
  if (usage !== null)
    return { ...reject('FIELD_INVALID', 'usage and usage_json are both there: give one of them'), json }
  try {
    const whole = { ...json, usage: JSON.parse(text) as unknown }
    return { kind: 'ok', value: whole, json: whole }
  } catch {
    return { ...reject('FIELD_INVALID', 'usage_json is not JSON text'), json }
  }
}

const lastIsoMs = Date.UTC(9999, 11, 31)

/** What has no ISO time of four-digit years keeps its digits, which no time reads like. */
function isoTime(at: number | bigint): string {
  return typeof at === 'number' && Math.abs(at) <= lastIsoMs ? new Date(at).toISOString() : String(at)
}

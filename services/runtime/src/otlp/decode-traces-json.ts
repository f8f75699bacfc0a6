import type { RejectCode } from '@spanledger/schemas/codes'
import type { KeepAttribute } from '@spanledger/schemas/events/content-attributes'
import { isObject } from '@spanledger/schemas/events/event-fields'
import type { LifterOf } from '@spanledger/schemas/events/lifting/lifters'
import type { OtlpResource, OtlpScope, OtlpSpan } from '@spanledger/schemas/events/otlp'
import { ok, reject, type Result } from '@spanledger/schemas/result'
import { type DecodedTraces, tooManySpans } from './decode-traces.ts'
import { asList, type JsonObject, readHexId, readJsonAttributes } from './json-attributes.ts'
import { limits } from './limits.ts'

/**
 * An OTLP ExportTraceServiceRequest in JSON: hex ids, 64-bit integers as strings or numbers, enums as numbers or names.
 * Reads to the same spans as the protobuf of the same request. Never throws.
 */
export function decodeTracesJson(
  text: string,
  keep: KeepAttribute,
  maxSpans = Number.POSITIVE_INFINITY,
  lifterOf?: LifterOf,
): Result<DecodedTraces, RejectCode> {
  const body = parse(text)
  const groups = isObject(body) ? asList(body['resourceSpans']) : undefined
  if (groups === undefined) {
    return reject('BODY_UNDECODABLE', 'the body is not an OTLP ExportTraceServiceRequest in JSON')
  }
  const spans: OtlpSpan[] = []
  let undecodable = 0
  for (const group of groups) {
    if (!isObject(group)) return malformed('resourceSpans')
    const resourceJson = isObject(group['resource']) ? group['resource'] : {}
    const resource: OtlpResource = { attributes: readJsonAttributes(resourceJson['attributes'], keep) }
    const scopeGroups = asList(group['scopeSpans'])
    if (scopeGroups === undefined) return malformed('scopeSpans')
    for (const scopeGroup of scopeGroups) {
      const list = isObject(scopeGroup) ? asList(scopeGroup['spans']) : undefined
      if (!isObject(scopeGroup) || list === undefined) return malformed('spans')
      if (spans.length + list.length > maxSpans) return tooManySpans(maxSpans)
      const scope = readScope(scopeGroup['scope'])
      for (const json of list) {
        if (isObject(json)) spans.push(readSpan(json, resource, scope, keep, lifterOf))
        else undecodable++
      }
    }
  }
  return ok({ spans, undecodable })
}

function malformed(name: string): Result<DecodedTraces, RejectCode> {
  return reject('BODY_UNDECODABLE', `the body is not OTLP in JSON: ${name} must be a list of objects`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function readScope(json: unknown): OtlpScope {
  const scope = isObject(json) ? json : {}
  return { name: cut(scope['name'], limits.scopeNameLength), version: cut(scope['version'], limits.scopeNameLength) }
}

function readSpan(
  json: JsonObject,
  resource: OtlpResource,
  scope: OtlpScope,
  keep: KeepAttribute,
  lifterOf: LifterOf | undefined,
): OtlpSpan {
  const startMs = readNano(json['startTimeUnixNano'])
  const endMs = readNano(json['endTimeUnixNano'])
  const status = isObject(json['status']) ? json['status'] : {}
  return {
    resource,
    scope,
    traceId: readHexId(json['traceId'], 32),
    spanId: readHexId(json['spanId'], 16),
    parentSpanId: readHexId(json['parentSpanId'], 16),
    name: cut(json['name'], limits.nameLength),
    kind: readEnum(json['kind'], spanKinds),
    ...(startMs !== undefined && { startMs }),
    ...(endMs !== undefined && { endMs }),
    statusCode: readEnum(status['code'], statusCodes),
    attributes: readJsonAttributes(json['attributes'], keep, lifterOf),
  }
}

/** As many characters as fit into `bytes` bytes of UTF-8, as the protobuf reader cuts them. */
function cut(value: unknown, bytes: number): string {
  if (typeof value !== 'string') return ''
  if (value.length * 3 <= bytes) return value
  return Buffer.from(value.slice(0, bytes)).subarray(0, bytes).toString('utf8')
}

/** Nanoseconds as a string (exact) or a number to milliseconds, cut to the microsecond; undefined for 0 and for nonsense. */
function readNano(value: unknown): number | undefined {
  if (typeof value === 'number') return value > 0 && value < 2 ** 64 ? Math.floor(value / 1000) / 1000 : undefined
  if (typeof value !== 'string' || !/^\d{1,20}$/.test(value)) return undefined
  const nano = BigInt(value)
  return nano === 0n || nano >= 2n ** 64n ? undefined : Number(nano / 1000n) / 1000
}

const spanKinds: Readonly<Record<string, number>> = {
  SPAN_KIND_UNSPECIFIED: 0,
  SPAN_KIND_INTERNAL: 1,
  SPAN_KIND_SERVER: 2,
  SPAN_KIND_CLIENT: 3,
  SPAN_KIND_PRODUCER: 4,
  SPAN_KIND_CONSUMER: 5,
}
const statusCodes: Readonly<Record<string, number>> = {
  STATUS_CODE_UNSET: 0,
  STATUS_CODE_OK: 1,
  STATUS_CODE_ERROR: 2,
}

function readEnum(value: unknown, names: Readonly<Record<string, number>>): number {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 && value < 2 ** 31 ? value : 0
  return typeof value === 'string' && Object.hasOwn(names, value) ? (names[value] ?? 0) : 0
}

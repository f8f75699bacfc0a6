import type { LogEntry } from '@spanledger/runtime/event-log/port'
import { decodeMetrics } from '@spanledger/runtime/otlp/decode-metrics'
import { isTokenMetric, readTokenPoint } from '../token-metrics/read-token-point.ts'
import type { TokenPoint } from '../token-metrics/token-point.ts'
import { type Attributing, maxRecordsOf, type Tenancy, tenantOf } from './otlp-records.ts'
import { none, type Reading, rejection } from './reading.ts'

/** Metrics name no request, and charge none: what counts tokens is kept to be compared with what was charged. */
export function readMetrics(entry: LogEntry, tenancy: Tenancy, attributing: Attributing): Reading {
  const { keepSignal } = attributing.attributor
  const decoded = decodeMetrics(entry.value, keepSignal, isTokenMetric, maxRecordsOf(entry))
  const tenant = tenancy.stamped ?? tenancy.otherwise
  if (decoded.kind === 'reject') {
    const isTooLarge = decoded.reason === 'EVENT_TOO_LARGE'
    return rejection({
      tenant,
      code: isTooLarge ? 'EVENT_TOO_LARGE' : 'RECORD_UNDECODABLE',
      message: isTooLarge
        ? `the record has more data points than ${entry.value.length} bytes can say anything in`
        : 'the record is not an OTLP metrics export request in protobuf',
    })
  }
  if (decoded.kind === 'drop') return { observations: none, rejected: none, dropped: {} }
  const { points, others, undecodable } = decoded.value
  const tokenPoints: TokenPoint[] = []
  for (const point of points) {
    const read = readTokenPoint(point, tenantOf(point, tenancy), entry.appendedAtMs, attributing)
    if (read !== undefined) tokenPoints.push(read)
  }
  const message = `${undecodable} data points of the record cannot be decoded`
  return {
    observations: none,
    rejected: undecodable === 0 ? none : [{ tenant, code: 'RECORD_UNDECODABLE', message }],
    dropped: {
      ...(points.length > 0 && { told_elsewhere: points.length }),
      ...(others > 0 && { not_genai: others }),
    },
    tokenPoints,
  }
}

import { eventNameOf } from '@spanledger/schemas/events/event-names'
import { cutText } from '@spanledger/schemas/events/safe-text'
import { limits } from '../limits.ts'
import { type FieldKind, type Message, message } from './message.ts'

/** The tables of OTLP's logs and metrics, after opentelemetry-proto 1.7: what is kept of them. */

const cutTo = (bytes: number) => (text: string) => cutBytes(text, bytes)
const name = (number: number) => ({ number, kind: 'text', keep: cutTo(limits.scopeNameLength) }) as const
const oneOf = (values: readonly string[], prefix: string, first = 0) =>
  Object.fromEntries(values.map((value, at) => [`${prefix}${value}`, first + at]))

/** As many characters as fit into `bytes` bytes of UTF-8. */
function cutBytes(text: string, bytes: number): string {
  if (text.length * 3 <= bytes) return text
  let kept = cutText(text, bytes)
  while (Buffer.byteLength(kept) > bytes) kept = cutText(kept, kept.length - 1)
  return kept
}

const resource = message({ attributes: { number: 1, kind: 'attributes' } })
const scope = message({ name: name(1), version: name(2) })

function exportRequest(
  names: readonly [resources: string, scopes: string, records: string],
  records: FieldKind,
): Message {
  const scopes = message({
    scope: { number: 1, kind: 'part', of: scope },
    [names[2]]: { number: 2, ...records },
  })
  const resources = message({
    resource: { number: 1, kind: 'part', of: resource },
    [names[1]]: { number: 2, kind: 'containers', of: scopes },
  })
  return message({ [names[0]]: { number: 1, kind: 'containers', of: resources } })
}

const severities = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].flatMap((level) =>
  ['', '2', '3', '4'].map((more) => level + more),
)

const logRecord = message({
  timeUnixNano: { number: 1, kind: 'fixed64' },
  severityNumber: { number: 2, kind: 'enum', names: oneOf(severities, 'SEVERITY_NUMBER_', 1) },
  severityText: { number: 3, kind: 'text', keep: (text) => (/^\w{1,16}$/.test(text) ? text : '') },
  // what a log says is content, unless all it says is which event it is
  body: { number: 5, kind: 'text', any: true, keep: (text) => eventNameOf(text, { known: true }) },
  attributes: { number: 6, kind: 'attributes' },
  traceId: { number: 9, kind: 'id', bytes: 16 },
  spanId: { number: 10, kind: 'id', bytes: 8 },
  observedTimeUnixNano: { number: 11, kind: 'fixed64' },
  eventName: { number: 12, kind: 'text', keep: (text) => eventNameOf(text) },
})

export const logsRequest = exportRequest(['resourceLogs', 'scopeLogs', 'logRecords'], { kind: 'leaves', of: logRecord })

const exemplar = message({
  timeUnixNano: { number: 2, kind: 'fixed64' },
  asDouble: { number: 3, kind: 'double', explicit: true },
  spanId: { number: 4, kind: 'id', bytes: 8 },
  traceId: { number: 5, kind: 'id', bytes: 16 },
  asInt: { number: 6, kind: 'sfixed64', explicit: true },
  filteredAttributes: { number: 7, kind: 'attributes' },
})
const times = {
  startTimeUnixNano: { number: 2, kind: 'fixed64' },
  timeUnixNano: { number: 3, kind: 'fixed64' },
} as const
const exemplars = (number: number) => ({ number, kind: 'parts', of: exemplar }) as const
const optionalDouble = (number: number) => ({ number, kind: 'double', explicit: true }) as const

const numberDataPoint = message({
  ...times,
  asDouble: optionalDouble(4),
  exemplars: exemplars(5),
  asInt: { number: 6, kind: 'sfixed64', explicit: true },
  attributes: { number: 7, kind: 'attributes' },
  flags: { number: 8, kind: 'uint32' },
})
const histogramDataPoint = message({
  ...times,
  count: { number: 4, kind: 'fixed64' },
  sum: optionalDouble(5),
  bucketCounts: { number: 6, kind: 'fixed64s' },
  explicitBounds: { number: 7, kind: 'doubles' },
  exemplars: exemplars(8),
  attributes: { number: 9, kind: 'attributes' },
  flags: { number: 10, kind: 'uint32' },
  min: optionalDouble(11),
  max: optionalDouble(12),
})
const buckets = message({
  offset: { number: 1, kind: 'sint32' },
  bucketCounts: { number: 2, kind: 'varint64s' },
})
const exponentialHistogramDataPoint = message({
  attributes: { number: 1, kind: 'attributes' },
  ...times,
  count: { number: 4, kind: 'fixed64' },
  sum: optionalDouble(5),
  scale: { number: 6, kind: 'sint32' },
  zeroCount: { number: 7, kind: 'fixed64' },
  positive: { number: 8, kind: 'part', of: buckets },
  negative: { number: 9, kind: 'part', of: buckets },
  flags: { number: 10, kind: 'uint32' },
  exemplars: exemplars(11),
  min: optionalDouble(12),
  max: optionalDouble(13),
  zeroThreshold: { number: 14, kind: 'double' },
})
const quantile = message({ quantile: { number: 1, kind: 'double' }, value: { number: 2, kind: 'double' } })
const summaryDataPoint = message({
  ...times,
  count: { number: 4, kind: 'fixed64' },
  sum: { number: 5, kind: 'double' },
  quantileValues: { number: 6, kind: 'parts', of: quantile },
  attributes: { number: 7, kind: 'attributes' },
  flags: { number: 8, kind: 'uint32' },
})

const temporality = {
  number: 2,
  kind: 'enum',
  names: oneOf(['UNSPECIFIED', 'DELTA', 'CUMULATIVE'], 'AGGREGATION_TEMPORALITY_'),
} as const
const points = (of: Message) => ({ number: 1, kind: 'leaves', of }) as const
const container = (number: number, of: Message) => ({ number, kind: 'container', of }) as const

const metric = message({
  name: name(1),
  unit: { number: 3, kind: 'text', keep: cutTo(64) },
  gauge: container(5, message({ dataPoints: points(numberDataPoint) })),
  sum: container(
    7,
    message({
      dataPoints: points(numberDataPoint),
      aggregationTemporality: temporality,
      isMonotonic: { number: 3, kind: 'bool' },
    }),
  ),
  histogram: container(9, message({ dataPoints: points(histogramDataPoint), aggregationTemporality: temporality })),
  exponentialHistogram: container(
    10,
    message({ dataPoints: points(exponentialHistogramDataPoint), aggregationTemporality: temporality }),
  ),
  summary: container(11, message({ dataPoints: points(summaryDataPoint) })),
})

export const metricsRequest = exportRequest(['resourceMetrics', 'scopeMetrics', 'metrics'], {
  kind: 'containers',
  of: metric,
})

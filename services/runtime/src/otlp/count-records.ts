import { asList, isObject } from './json-attributes.ts'
import { WireReader } from './wire-reader.ts'

/**
 * How many records (spans, log records, metrics) an OTLP export request in protobuf holds; the three have the same
 * frame. undefined when the frame is broken; the records themselves are not looked at.
 */
export function countRecords(bytes: Uint8Array): number | undefined {
  const reader = new WireReader(bytes)
  const count = countWithin(reader, [1, 2, 2])
  return reader.broken ? undefined : count
}

function countWithin(reader: WireReader, [field, ...inner]: readonly number[]): number {
  if (field === undefined) return 1
  let count = 0
  while (reader.tag()) {
    if (reader.field !== field || reader.wire !== 2) {
      reader.skip()
      continue
    }
    const end = reader.block()
    const outer = reader.end
    if (reader.broken) break
    reader.end = end
    count += countWithin(reader, inner)
    reader.end = outer
    reader.position = reader.broken ? outer : end
  }
  return count
}

const names = {
  logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
  metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
} as const

/** The same of an export request in JSON. */
export function countRecordsJson(text: string, signal: keyof typeof names): number | undefined {
  try {
    return countIn(JSON.parse(text) as unknown, names[signal])
  } catch {
    return undefined
  }
}

function countIn(json: unknown, [name, ...inner]: readonly string[]): number | undefined {
  if (name === undefined) return 1
  const items = isObject(json) ? asList(json[name]) : undefined
  if (items === undefined) return undefined
  let count = 0
  for (const item of items) {
    const within = countIn(item, inner)
    if (within === undefined) return undefined
    count += within
  }
  return count
}

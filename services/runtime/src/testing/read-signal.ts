import type { Leaves } from '../otlp/signals/leaves.ts'
import type { Node } from '../otlp/signals/message.ts'
import { readExport } from '../otlp/signals/read-protobuf.ts'
import { logsRequest, metricsRequest } from '../otlp/signals/tables.ts'
import { WireReader } from '../otlp/wire-reader.ts'

/** A log record or data point with what it stands in, as plain objects: for tests to look into. */
export type ReadRecord = Readonly<Record<string, unknown>>

/** The records of a stored export request of logs or metrics. A record's ancestors are its fields `resource`, `scope`, … */
export function readSignal(signal: 'logs' | 'metrics', bytes: Uint8Array): ReadRecord[] {
  const records: ReadRecord[] = []
  const out: Leaves = {
    keep: () => Number.POSITIVE_INFINITY,
    leaves: [],
    undecodable: 0,
    tooMany: false,
    add(path, _, node) {
      const around = path.map((step) => {
        const plain = plainOf(step.node)
        return step.field.name.startsWith('resource') || step.field.name.startsWith('scope')
          ? plain
          : { [step.field.name]: plain }
      })
      records.push(Object.assign({}, ...around, plainOf(node)) as ReadRecord)
    },
  }
  const reader = new WireReader(bytes)
  readExport(reader, signal === 'logs' ? logsRequest : metricsRequest, out)
  if (reader.broken || out.undecodable > 0) throw new Error('a stored record cannot be read')
  return records
}

function plainOf(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...(value as Node)].map(([key, inner]) => [key, plainOf(inner)]))
  return Array.isArray(value) ? value.map(plainOf) : value
}

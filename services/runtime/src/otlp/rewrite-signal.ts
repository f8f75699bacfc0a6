import type { RejectCode } from '@spanledger/schemas/codes'
import type { KeepAttribute } from '@spanledger/schemas/events/content-attributes'
import { ok, reject, type Result } from '@spanledger/schemas/result'
import { admittedLeaves, type Leading } from './signals/admitted.ts'
import { createLeaves } from './signals/create-leaves.ts'
import { packLeaves } from './signals/pack-leaves.ts'
import { readExportJson } from './signals/read-json.ts'
import { readExport } from './signals/read-protobuf.ts'
import { logsRequest, metricsRequest } from './signals/tables.ts'
import { WireReader } from './wire-reader.ts'

const requests = {
  logs: { table: logsRequest, name: 'ExportLogsServiceRequest' },
  metrics: { table: metricsRequest, name: 'ExportMetricsServiceRequest' },
} as const

export interface RewriteOptions {
  readonly signal: keyof typeof requests
  readonly keep: KeepAttribute
  /** The attributes of a log record by which those of one conversation are kept together, the first found. */
  readonly keyAttributes: readonly string[]
  /** Log records or data points in one request. */
  readonly maxRecords: number
  /** Of the parts together, which repeat the resources. Default: no limit. */
  readonly maxBytes?: number
  /** Which of them are taken; default: all. */
  readonly admits?: ((leading: Leading) => boolean) | undefined
}

export interface Rewritten {
  /** Export requests in protobuf, each of records with one key. */
  readonly parts: readonly { readonly key: string; readonly bytes: Uint8Array }[]
  /** Log records or data points in them. */
  readonly records: number
  /** Those whose own bytes could not be read, although those around them could. */
  readonly undecodable: number
}

/**
 * An OTLP export request of logs or metrics, in protobuf or JSON, rewritten in protobuf with only what is kept of it, and
 * divided by key: a log record's trace id, else the first of `keyAttributes`, else its resource; a data point's resource,
 * so that a series stays in order. Both forms of one request give the same bytes. Never throws.
 */
export function rewriteSignal(
  body: Buffer,
  encoding: 'protobuf' | 'json',
  options: RewriteOptions,
): Result<Rewritten, RejectCode> {
  const { table, name } = requests[options.signal]
  const { keep, maxRecords, maxBytes = Number.POSITIVE_INFINITY, admits } = options
  const keyAttributes = options.signal === 'logs' ? options.keyAttributes : []
  const leaves = createLeaves({ keep, keyAttributes, maxRecords, withAttributes: admits !== undefined })
  if (encoding === 'json') {
    const wrong = readExportJson(parse(body), table, leaves)
    if (wrong !== undefined) {
      return reject('BODY_UNDECODABLE', `the body is not an OTLP ${name} in JSON: ${wrong} is not what it should be`)
    }
  } else {
    const reader = new WireReader(body)
    readExport(reader, table, leaves)
    if (reader.broken) return reject('BODY_UNDECODABLE', `the body is not an OTLP ${name} in protobuf`)
  }
  if (leaves.tooMany) {
    return reject('EVENT_TOO_LARGE', `more than ${maxRecords} records in one request: send smaller batches`)
  }
  const taken = admits === undefined ? leaves.leaves : admittedLeaves(leaves.leaves, admits)
  const parts = packLeaves(taken, maxBytes)
  if (parts === undefined) {
    const message = `its records take more than ${maxBytes} bytes, each with its resource: send smaller batches`
    return reject('EVENT_TOO_LARGE', message)
  }
  return ok({ parts, records: taken.length, undecodable: leaves.undecodable })
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

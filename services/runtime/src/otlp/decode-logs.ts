import type { RejectCode } from '@spanledger/schemas/codes'
import type { KeepAttribute } from '@spanledger/schemas/events/content-attributes'
import type { OtlpLog } from '@spanledger/schemas/events/otlp'
import { ok, type Result } from '@spanledger/schemas/result'
import { attributesOf, type CollectedLeaf, collectLeaves, msOf, textOf } from './signals/collect-leaves.ts'
import { logsRequest } from './signals/tables.ts'

export interface DecodedLogs {
  readonly logs: readonly OtlpLog[]
  /** Records whose own bytes could not be read, although those around them could. */
  readonly undecodable: number
}

/**
 * An OTLP ExportLogsServiceRequest in protobuf, by whatever producer. Of what a record says only the name of an event is
 * read, and of its attributes those that `keep` wants. Never throws; more than `maxLogs` are EVENT_TOO_LARGE.
 */
export function decodeLogs(
  bytes: Uint8Array,
  keep: KeepAttribute,
  maxLogs = Number.POSITIVE_INFINITY,
): Result<DecodedLogs, RejectCode> {
  const collected = collectLeaves(bytes, logsRequest, { keep, maxLeaves: maxLogs, name: 'ExportLogsServiceRequest' })
  if (collected.kind !== 'ok') return collected
  const { leaves, undecodable } = collected.value
  return ok({ logs: leaves.map(logOf), undecodable })
}

function logOf({ resource, scope, node }: CollectedLeaf): OtlpLog {
  const timeMs = msOf(node, 'timeUnixNano')
  const observedMs = msOf(node, 'observedTimeUnixNano')
  return {
    resource,
    scope,
    traceId: textOf(node, 'traceId'),
    spanId: textOf(node, 'spanId'),
    ...(timeMs !== undefined && { timeMs }),
    ...(observedMs !== undefined && { observedMs }),
    eventName: textOf(node, 'eventName'),
    body: textOf(node, 'body'),
    attributes: attributesOf(node),
  }
}

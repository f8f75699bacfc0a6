import type { RejectCode } from '@spanledger/schemas/codes'
import type { KeepAttribute } from '@spanledger/schemas/events/content-attributes'
import type { OtlpSumPoint } from '@spanledger/schemas/events/otlp'
import { ok, type Result } from '@spanledger/schemas/result'
import { attributesOf, type CollectedLeaf, collectLeaves, msOf, textOf } from './signals/collect-leaves.ts'
import type { Node } from './signals/message.ts'
import { metricsRequest } from './signals/tables.ts'

export interface DecodedMetrics {
  readonly points: readonly OtlpSumPoint[]
  /** Points of metrics that nobody asked for, or that do not add up: gauges, summaries, sums that may fall. */
  readonly others: number
  /** Points whose own bytes could not be read, although those around them could. */
  readonly undecodable: number
}

/**
 * What adds up in an OTLP ExportMetricsServiceRequest in protobuf: the points of monotonic sums and of histograms, of the
 * metrics that `wanted` names. Never throws; more than `maxPoints` are EVENT_TOO_LARGE.
 */
export function decodeMetrics(
  bytes: Uint8Array,
  keep: KeepAttribute,
  wanted: (metric: string) => boolean,
  maxPoints = Number.POSITIVE_INFINITY,
): Result<DecodedMetrics, RejectCode> {
  const options = { keep, maxLeaves: maxPoints, name: 'ExportMetricsServiceRequest' }
  const collected = collectLeaves(bytes, metricsRequest, options)
  if (collected.kind !== 'ok') return collected
  const { leaves, undecodable } = collected.value
  const points: OtlpSumPoint[] = []
  for (const leaf of leaves) {
    const point = wanted(textOf(leaf.path[2]?.node, 'name')) ? pointOf(leaf) : undefined
    if (point !== undefined) points.push(point)
  }
  return ok({ points, others: leaves.length - points.length, undecodable })
}

const temporalities = [undefined, 'delta', 'cumulative'] as const

function pointOf({ resource, scope, path, node }: CollectedLeaf): OtlpSumPoint | undefined {
  const [, , metric, container] = path
  if (metric === undefined || container === undefined) return undefined
  const kind = container.field.name
  if (kind === 'sum' && container.node.get('isMonotonic') !== true) return undefined
  const temporality = temporalities[container.node.get('aggregationTemporality') as number]
  const value = kind === 'sum' ? numberOf(node) : (node.get('sum') as number | undefined)
  const timeMs = msOf(node, 'timeUnixNano')
  if (temporality === undefined || timeMs === undefined || value === undefined || !(value >= 0)) return undefined
  if (!Number.isFinite(value)) return undefined
  const startMs = msOf(node, 'startTimeUnixNano')
  return {
    resource,
    scope,
    metric: textOf(metric.node, 'name'),
    temporality,
    ...(startMs !== undefined && { startMs }),
    timeMs,
    value,
    attributes: attributesOf(node),
  }
}

function numberOf(node: Node): number | undefined {
  const whole = node.get('asInt') as bigint | undefined
  return whole === undefined ? (node.get('asDouble') as number | undefined) : Number(whole)
}

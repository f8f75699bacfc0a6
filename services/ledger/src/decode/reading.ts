import type { RejectCode } from '@spanledger/schemas/codes'
import type { LogDrop } from '../dialects/log-dialect.ts'
import type { Observation } from '../observation.ts'
import type { TokenPoint } from '../token-metrics/token-point.ts'

/** A record, or one of its spans, that cannot be charged as it is. Neither text holds content. */
export interface Rejected {
  readonly tenant: string
  readonly code: RejectCode
  readonly message: string
  /** What is left of it as JSON, to be repaired and replayed; absent when it could not be decoded. */
  readonly record?: string
}

/** Why something in the log is no request. Closed: a metric label. */
export type DropReason = LogDrop | 'topic_not_read'

/** What one entry of the log says. */
export interface Reading {
  readonly observations: readonly Observation[]
  readonly rejected: readonly Rejected[]
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>
  /** What producers counted themselves: compared with the ledger, never charged. */
  readonly tokenPoints?: readonly TokenPoint[]
}

export const none: readonly never[] = Object.freeze([])
export const noDrops: Reading['dropped'] = Object.freeze({})

export function rejection(rejected: Rejected): Reading {
  return { observations: none, rejected: [rejected], dropped: noDrops }
}

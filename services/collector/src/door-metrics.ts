import type { RejectCode } from '@spanledger/schemas/codes'
import type { Metrics } from '@spanledger/runtime/metrics'
import type { Admission } from './admission.ts'
import type { RefusalReason } from './refusal.ts'

export type Signal = 'traces' | 'logs' | 'metrics' | 'usage'
export type DropReason = 'not_genai'

/** What the door counts. Everything that comes in is accepted, rejected or dropped, the latter two with a reason. */
export interface DoorMetrics {
  request(signal: Signal, outcome: 'accepted' | 'partial' | 'rejected' | RefusalReason): void
  bytes(signal: Signal, count: number): void
  accepted(signal: Signal, count: number): void
  rejected(signal: Signal, code: RejectCode, count: number): void
  dropped(signal: Signal, reason: DropReason, count: number): void
}

export function createDoorMetrics(metrics: Metrics, admission: Admission): DoorMetrics {
  const requests = metrics.counter('spanledger_door_requests_total', 'Requests by what became of them', [
    'signal',
    'outcome',
  ])
  const items = metrics.counter('spanledger_door_items_total', 'Spans, log records, metrics and usage events', [
    'signal',
    'outcome',
    'reason',
  ])
  const bytes = metrics.counter('spanledger_door_received_bytes_total', 'Bodies as they came over the wire', ['signal'])
  const requestsUnderWay = metrics.gauge('spanledger_door_in_flight_requests', 'Requests under way')
  const bytesUnderWay = metrics.gauge('spanledger_door_in_flight_bytes', 'Their bodies, decompressed where they are')

  function count(signal: Signal, outcome: string, reason: string, amount: number): void {
    if (amount > 0) items.inc({ signal, outcome, reason }, amount)
  }
  return {
    request(signal, outcome) {
      requests.inc({ signal, outcome })
      requestsUnderWay.set(admission.requests)
      bytesUnderWay.set(admission.bytes)
    },
    bytes: (signal, amount) => bytes.inc({ signal }, amount),
    accepted: (signal, amount) => count(signal, 'accepted', '', amount),
    rejected: (signal, code, amount) => count(signal, 'rejected', code, amount),
    dropped: (signal, reason, amount) => count(signal, 'dropped', reason, amount),
  }
}

import { createHash } from 'node:crypto'
import type { AlertDims, AlertEventName } from '@spanledger/schemas/events/alert'
import { uuidFromBytes } from '@spanledger/schemas/uuid'
import { keyOf } from '../series/series.ts'

/** Detectors that see the same call it the same, so that what is said twice is told once. */
export function alertIdOf(tenant: string, rule: string, dims: AlertDims, episode: number): string {
  return idOf('alert', tenant, rule, keyOf(dims), episode)
}

/** `discriminator` tells events of one name apart: which severity was reached, which update it is. */
export function eventIdOf(alertId: string, event: AlertEventName, discriminator: string | number = ''): string {
  return idOf('event', alertId, event, discriminator)
}

/** Of one attempt of a channel: the same attempt noted twice is one row. */
export function deliveryIdOf(eventId: string, target: string, outcome: string, at: number): string {
  return idOf(eventId, target, outcome, at)
}

function idOf(...parts: readonly (string | number)[]): string {
  return uuidFromBytes(createHash('sha256').update(JSON.stringify(parts)).digest('binary').slice(0, 16))
}

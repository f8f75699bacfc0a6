import type { AlertRoute } from '@spanledger/schemas/config/alerts'
import type { AlertEvent, AlertEventName } from '@spanledger/schemas/events/alert'
import type { AlertStore } from '../ports.ts'
import { route } from '../route/route.ts'
import { giveUpAfterMs, oldNewsAfterMs } from './patience.ts'

/** Why a channel does not tell of an event. A metric label. */
export type Silence =
  | 'historical'
  | 'update'
  | 'route'
  | 'other_channel'
  | 'duplicate'
  | 'over'
  | 'unheard'
  | 'given_up'
export type Duty = 'tell' | Silence

export interface DutyQuestion {
  readonly channel: string
  readonly event: AlertEvent
  readonly routes: readonly AlertRoute[]
  readonly nowMs: number
  readonly store: Pick<AlertStore, 'delivered' | 'told' | 'readCurrent'>
}

/**
 * What one channel has to do about an event; the first line that holds decides.
 *
 * | it is                                                        | the channel                                           |
 * |--------------------------------------------------------------|-------------------------------------------------------|
 * | `historical`, an `update`, or by a `route` for nobody        | is silent                                             |
 * | for an `other_channel`                                       | is silent                                             |
 * | a `duplicate`: this channel delivered it                     | is silent                                             |
 * | a resolve whose opening this channel did not tell (`unheard`) | is silent: "over" means nothing without "began"       |
 * | older than twelve hours                                      | has `given_up`                                        |
 * | an opening older than 15 minutes whose alert is `over`       | is silent, and so its resolve is `unheard`            |
 * | anything else                                                | tells                                                 |
 */
export async function dutyOf({ channel, event, routes, nowMs, store }: DutyQuestion): Promise<Duty> {
  const destination = route(event, routes)
  if (destination.kind === 'nobody') return destination.reason
  if (destination.kind === 'channels' && !destination.names.includes(channel)) return 'other_channel'
  if ((await store.delivered(channel, [event.eventId])).has(event.eventId)) return 'duplicate'
  if (destination.kind === 'whoever_heard' && !heard(await store.told(channel, event.alert.alertId))) return 'unheard'
  const ageMs = nowMs - event.at
  if (ageMs > giveUpAfterMs) return 'given_up'
  if (event.event !== 'resolved' && ageMs > oldNewsAfterMs && !(await isOpen(event, store))) return 'over'
  return 'tell'
}

function heard(told: ReadonlySet<AlertEventName>): boolean {
  return told.has('opened') || told.has('escalated')
}

async function isOpen({ alert }: AlertEvent, store: DutyQuestion['store']): Promise<boolean> {
  const current = await store.readCurrent(1)
  return current.some(({ alertId, state }) => alertId === alert.alertId && state !== 'resolved')
}

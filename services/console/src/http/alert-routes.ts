import type { Clock } from '@spanledger/runtime/clock'
import { alertsParameters } from '@spanledger/schemas/api/alerts'
import type { Hono } from 'hono'
import type { LedgerReader } from '../ports.ts'
import { readAlert } from '../queries/alert.ts'
import { readAlerts } from '../queries/alerts.ts'
import { readChannels } from '../queries/channels.ts'
import { givenWindow } from '../time/window.ts'
import { fail } from './failure.ts'
import { idOf, parameters, refuse } from './parameters.ts'

interface AlertRoutesOptions {
  readonly reader: LedgerReader
  readonly clock: Clock
  readonly timeZone: string
}

/** What the detector found, and whom the channels told. */
export function mountAlerts(api: Hono, { reader, clock, timeZone }: AlertRoutesOptions): void {
  api.get('/alerts', async (context) => {
    const asked = parameters(context, alertsParameters)
    if (asked.kind !== 'ok') return refuse(context, asked)
    const window = givenWindow(asked.value, clock.nowMs(), timeZone)
    if (window.kind !== 'ok') return refuse(context, window)
    const { state, kind, tenant, limit } = asked.value
    return context.json(
      await readAlerts(reader, { states: state?.split(','), kind, tenant, limit, window: window.value }),
    )
  })
  api.get('/alerts/:id', async (context) => {
    const id = idOf(context)
    if (id.kind !== 'ok') return refuse(context, id)
    const alert = await readAlert(reader, id.value)
    if (alert !== null) return context.json(alert)
    return fail(context, 404, 'ALERT_UNKNOWN', 'no alert has this id', 'their ids are at /api/v1/alerts')
  })
  api.get('/channels', async (context) => context.json(await readChannels(reader, clock.nowMs())))
}

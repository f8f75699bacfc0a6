import type { Alert } from '@spanledger/schemas/events/alert'
import { beforeEach, describe, expect, it } from 'vitest'
import type { DetectorStore } from '../ports.ts'
import { sampleAlert, sampleEvent, sampleNowMs } from './sample-alert.ts'

const minuteMs = 60_000
const days = 36_500

/** What every store of alerts promises (ports.ts). `create` gives an empty one. */
export function describeAlertStoreContract(name: string, create: () => Promise<DetectorStore>): void {
  let store: DetectorStore
  const resolved = (alert: Alert): Alert => ({
    ...alert,
    state: 'resolved',
    updatedAt: alert.updatedAt + minuteMs,
    resolvedAt: alert.updatedAt + minuteMs,
  })

  describe(`${name} keeps the promises of an alert store`, () => {
    beforeEach(async () => {
      store = await create()
    })

    it('gives an alert back exactly as it was recorded', async () => {
      await store.record([sampleEvent('opened')])
      expect(await store.readCurrent(days)).toEqual([sampleAlert()])
    })

    it('keeps the newer of two, in whatever order they are recorded', async () => {
      const newer = sampleAlert({ updatedAt: sampleNowMs + minuteMs, observed: 40 })
      await store.record([sampleEvent('updated', newer)])
      await store.record([sampleEvent('opened')])
      expect(await store.readCurrent(days)).toEqual([newer])
    })

    it('recording an event again changes nothing, also at another time', async () => {
      await store.record([sampleEvent('opened')])
      await store.record([sampleEvent('opened', sampleAlert(), sampleNowMs + minuteMs)])
      expect(await store.readCurrent(days)).toHaveLength(1)
      expect(await store.readUnsaid()).toHaveLength(1)
    })

    it('gives the newest episode of what is over, and everything that is not', async () => {
      const first = resolved(sampleAlert())
      const { explanation } = first
      const second = resolved(
        sampleAlert({ openedAt: sampleNowMs + minuteMs, explanation: { ...explanation, episode: 2 } }),
      )
      const open = sampleAlert({ dims: { team: 'search' } })
      await store.record([first, second, open].map((alert) => sampleEvent('opened', alert)))
      const ids = (await store.readCurrent(days)).map(({ alertId }) => alertId)
      expect(new Set(ids)).toEqual(new Set([second.alertId, open.alertId]))
    })

    it('an event is unsaid until it is marked, and comes back as it was', async () => {
      const opened = sampleEvent('opened')
      const later = sampleEvent('resolved', resolved(sampleAlert()), sampleNowMs + minuteMs)
      await store.record([opened, later])
      expect(await store.readUnsaid()).toEqual([opened, later])
      await store.markSaid([opened])
      await store.record([opened])
      expect(await store.readUnsaid()).toEqual([later])
    })

    it('knows what each channel has delivered, and what it told of an alert', async () => {
      const opened = sampleEvent('opened')
      await store.record([opened])
      await store.recordDelivery(opened, 'slack', { kind: 'retry', reason: 'away' }, sampleNowMs)
      expect(await store.delivered('slack', [opened.eventId])).toEqual(new Set())
      await store.recordDelivery(opened, 'slack', { kind: 'delivered' }, sampleNowMs + 1)
      expect(await store.delivered('slack', [opened.eventId])).toEqual(new Set([opened.eventId]))
      expect(await store.delivered('ops', [opened.eventId])).toEqual(new Set())
      expect(await store.told('slack', opened.alert.alertId)).toEqual(new Set(['opened']))
      expect(await store.told('ops', opened.alert.alertId)).toEqual(new Set())
    })

    it('keeps how far each tenant was judged', async () => {
      await store.recordPositions([{ tenant: 'a', judgedUntil: 1000, knownUntil: 2000 }])
      await store.recordPositions([
        { tenant: 'a', judgedUntil: 3000, knownUntil: 4000 },
        { tenant: "b'", judgedUntil: 5000, knownUntil: 6000 },
      ])
      const positions = [...(await store.readPositions())].sort((a, b) => a.judgedUntil - b.judgedUntil)
      expect(positions).toEqual([
        { tenant: 'a', judgedUntil: 3000, knownUntil: 4000 },
        { tenant: "b'", judgedUntil: 5000, knownUntil: 6000 },
      ])
    })
  })
}

import { expect, test } from 'vitest'
import type { Send } from '../replay/door.ts'
import { planDemo } from './demo-plan.ts'
import type { DemoPosition } from './demo-position.ts'
import { createDemoSender } from './demo-sender.ts'
import { createDemoTraffic } from './traffic/demo-traffic.ts'

const plan = planDemo({ nowMs: Date.UTC(2026, 10, 21, 12), seed: 9, withIncidents: false })
const traffic = createDemoTraffic(plan.seed)
const hourMs = 3_600_000
const taken: Send = async () => ({ rejected: 0, refused: [] })

test('every request is sent once, also when another process goes on from the saved position', async () => {
  let saved: DemoPosition = plan
  const ids: string[] = []
  const send: Send = async (path, _contentType, body) => {
    if (path === '/v1/usage') for (const line of String(body).split('\n')) ids.push(JSON.parse(line).event_id)
    return { rejected: 0, refused: [] }
  }
  const save = (position: DemoPosition) => (saved = position)
  const first = createDemoSender({ traffic, send, from: plan, save })
  await first.advance(plan.startMs + hourMs)
  await first.advance(plan.startMs + hourMs)
  const second = createDemoSender({ traffic, send, from: JSON.parse(JSON.stringify(saved)), save })
  await second.advance(plan.startMs + 3 * hourMs)
  const all = traffic.between(plan.startMs, plan.startMs + 3 * hourMs)
  expect(ids).toEqual(all.filter(({ sends }) => sends === 'events').map(({ eventId }) => eventId))
  expect(saved).toEqual({ ...plan, sentToMs: plan.startMs + 3 * hourMs, sent: all.length })
})

test('a refusal of any request is an error with its reason, and the position stays where it was', async () => {
  let saved: DemoPosition = plan
  const send: Send = async () => ({ rejected: 1, refused: [{ code: 'TIME_FUTURE', message: 'too late' }] })
  const sender = createDemoSender({ traffic, send, from: plan, save: (position) => (saved = position) })
  await expect(sender.advance(plan.startMs + hourMs)).rejects.toMatchObject({
    code: 'DEMO_REFUSED',
    message: 'the door refused 1 requests of the demo: too late',
  })
  expect([saved, sender.position()]).toEqual([plan, plan])
})

test('where there is nothing to send the position still moves', async () => {
  const sender = createDemoSender({ traffic, send: taken, from: plan, save: () => undefined })
  await sender.advance(plan.startMs + 1)
  expect(sender.position().sentToMs).toBe(plan.startMs + 1)
})

import { SpanledgerError } from '@spanledger/runtime/errors'
import { bodiesOf } from '../replay/bodies.ts'
import type { Send } from '../replay/door.ts'
import type { DemoPosition } from './demo-position.ts'
import type { DemoTraffic } from './traffic/demo-traffic.ts'

export interface DemoSenderOptions {
  readonly traffic: DemoTraffic
  readonly send: Send
  readonly from: DemoPosition
  /** After every stretch that was acknowledged, and before the next one is sent. */
  save(position: DemoPosition): void
}

/** Sends the traffic stretch by stretch through the public door; a stretch that was acknowledged is never sent again. */
export interface DemoSender {
  position(): DemoPosition
  /** Everything from the position to `toMs`. Rejects when the door refuses anything of it, or stays away. */
  advance(toMs: number): Promise<void>
  note(change: Partial<DemoPosition>): void
}

export function createDemoSender({ traffic, send, from, save }: DemoSenderOptions): DemoSender {
  let position = from

  function note(change: Partial<DemoPosition>): void {
    position = { ...position, ...change }
    save(position)
  }

  return {
    position: () => position,
    note,
    async advance(toMs) {
      if (toMs <= position.sentToMs) return
      const requests = traffic.between(position.sentToMs, toMs)
      for (const shape of ['events', 'spans'] as const) {
        const those = requests.filter(({ sends }) => sends === shape)
        if (those.length === 0) continue
        for (const { path, contentType, bytes } of bodiesOf(those, shape)) {
          const { rejected, refused } = await send(path, contentType, bytes)
          if (rejected > 0) throw refusal(rejected, refused[0]?.message)
        }
      }
      note({ sentToMs: toMs, sent: position.sent + requests.length })
    },
  }
}

function refusal(count: number, message = 'no reason was given'): SpanledgerError {
  return new SpanledgerError('DEMO_REFUSED', `the door refused ${count} requests of the demo: ${message}`, {
    retryable: false,
    hint: 'this is a bug of spanledger: please report it with the line above',
  })
}

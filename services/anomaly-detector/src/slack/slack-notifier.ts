import type { Clock } from '@spanledger/runtime/clock'
import type { AlertEvent } from '@spanledger/schemas/events/alert'
import type { Delivery, Notifier } from '../ports.ts'
import { renderMessage } from './message.ts'
import { readAnswer, readFailure } from './webhook-answer.ts'

export interface SlackNotifierOptions {
  /** The channel's name in the configuration; `slack` for SLACK_WEBHOOK_URL. */
  readonly name: string
  /** A secret: whoever has it can post. It is in no log line, error, metric or table. */
  readonly webhookUrl: string
  /** Base of the links, without a slash at its end. */
  readonly consoleUrl: string
  readonly clock: Clock
  /** How long Slack may take to answer: less than a log waits for who has to give up a partition. */
  readonly timeoutMs?: number
}

/** Tells of alerts in a Slack channel, by an incoming webhook. */
export function createSlackNotifier(options: SlackNotifierOptions): Notifier {
  const { name, webhookUrl, consoleUrl, clock, timeoutMs = 8_000 } = options

  async function deliver(event: AlertEvent, signal: AbortSignal): Promise<Delivery> {
    let body: string
    try {
      body = JSON.stringify(renderMessage(event, { consoleUrl, nowMs: clock.nowMs() }))
    } catch (error) {
      return {
        kind: 'refused',
        reason: `the message could not be written: ${error instanceof Error ? error.name : ''}`,
      }
    }
    const expiring = new AbortController()
    const abort = () => expiring.abort()
    const cancel = clock.after(timeoutMs, abort)
    signal.addEventListener('abort', abort)
    try {
      const response = await fetch(webhookUrl, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body,
        // A redirect would hand the message to somebody else.
        redirect: 'manual',
        signal: expiring.signal,
      })
      // The answer to a 200 needs no reading: the message is there, whatever becomes of the connection now.
      if (response.status === 200) {
        await response.body?.cancel().catch(() => undefined)
        return { kind: 'delivered' }
      }
      const answer = await response.text().catch(() => '')
      return readAnswer(response.status, answer.slice(0, 200), response.headers.get('retry-after'))
    } catch (error) {
      return readFailure(error, expiring.signal.aborted)
    } finally {
      cancel()
      signal.removeEventListener('abort', abort)
    }
  }

  return { name, deliver }
}

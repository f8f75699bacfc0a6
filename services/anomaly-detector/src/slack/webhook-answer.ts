import type { Delivery } from '../ports.ts'

/**
 * What Slack's answer to a webhook means. Source: "Handling errors" of Slack's page on incoming webhooks and its change
 * log of 2016-05-17.
 *
 * | answer                                              | delivery  | because                                                  |
 * |-----------------------------------------------------|-----------|----------------------------------------------------------|
 * | 200                                                 | delivered | Slack has it                                             |
 * | 429, with Retry-After                               | retry     | more than about one message a second; it says when       |
 * | 408, 425, 5xx (`rollup_error`)                      | retry     | Slack's trouble, not the message's                       |
 * | no answer: refused, cut, timed out, no name         | retry     | the network's trouble (it may have arrived, see README)  |
 * | 400 `invalid_payload`, `invalid_blocks`, `no_text`, `too_many_attachments`, `user_not_found` | refused | this message will never be taken |
 * | 403 `action_prohibited`, `invalid_token`, `posting_to_general_channel_denied`, `team_disabled` | refused | the webhook may not post there |
 * | 404 `no_service`, `no_team`, `channel_not_found`    | refused   | the webhook or its channel is gone: make a new one       |
 * | 410 `channel_is_archived`                           | refused   | the channel takes no messages any more                   |
 * | any other 3xx, 4xx                                  | refused   | what listens there is not a Slack webhook                |
 */
export function readAnswer(status: number, body: string, retryAfter: string | null): Delivery {
  if (status === 200) return { kind: 'delivered' }
  const reason = `slack answered ${status}${wordOf(body)}`
  if (status === 429) {
    const seconds = /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) : undefined
    return { kind: 'retry', reason, ...(seconds !== undefined && { afterMs: seconds * 1000 }) }
  }
  if (status === 408 || status === 425 || status >= 500) return { kind: 'retry', reason }
  return { kind: 'refused', reason }
}

/** Slack answers with one word. Anything else is not repeated: it could hold what should not be in a log. */
function wordOf(body: string): string {
  const word = body.trim()
  return /^[a-z_]{2,60}$/.test(word) ? ` ${word}` : ''
}

/** Errors of a connection by their code, never by their text: the text of some holds the URL, which is the secret. */
export function readFailure(error: unknown, timedOut: boolean): Delivery {
  if (timedOut) return { kind: 'retry', reason: 'slack did not answer in time' }
  const code = codeOf(error)
  return {
    kind: 'retry',
    reason: code === undefined ? 'slack could not be reached' : `slack could not be reached: ${code}`,
  }
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code } = error as NodeJS.ErrnoException
  if (typeof code === 'string' && /^[A-Z0-9_]{3,40}$/.test(code)) return code
  // Node tries several addresses, and gives their errors together.
  return codeOf(error instanceof AggregateError ? error.errors[0] : error.cause)
}

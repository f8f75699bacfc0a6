import { afterEach, expect, test } from 'vitest'
import { untilDrained } from '../harness/event-log.ts'
import { type SlackReceiver, startSlackReceiver } from '../harness/slack-receiver.ts'
import { createSpanledger, type Spanledger } from '../harness/spanledger.ts'
import { until } from '../harness/until.ts'

let spanledger: Spanledger | undefined
let slack: SlackReceiver | undefined
afterEach(async () => {
  await spanledger?.dispose()
  await slack?.stop()
})

const hourMs = 3_600_000
const limitMs = 60_000
let sent = 0

/** 7,000 tokens in, most of them from the cache; 21 cents without it. */
function event(at: number, feature: string, cached: number, output: number) {
  return {
    event_id: `first-alert-${sent++}`,
    at: new Date(at).toISOString(),
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    usage: { input_tokens: 7000, cache_read_tokens: cached, output_tokens: output },
    attribution: { team: 'search', feature },
  }
}

async function post({ doorUrl }: Spanledger, events: readonly object[]): Promise<void> {
  const response = await fetch(`${doorUrl}/v1/usage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(events),
  })
  expect(await response.json()).toMatchObject({ accepted: events.length })
}

test('from the first bad request to the message: under a minute, for a spend spike and for a broken cache', async () => {
  slack = await startSlackReceiver()
  spanledger = await createSpanledger({ env: { SLACK_WEBHOOK_URL: slack.urlOf('ops') } })
  await spanledger.start()
  const now = Date.now()
  // Eight days of history, two requests an hour of each feature, up to an hour ago.
  const history = Array.from({ length: 8 * 48 }, (_, index) => now - hourMs - index * (hourMs / 2)).flatMap((at) => [
    event(at, 'answers', 5000, 200),
    event(at, 'triage', 5000, 200),
  ])
  await post(spanledger, history)
  await untilDrained(spanledger.dataDir)

  const firstBadMs = Date.now()
  const stack = spanledger
  const receiver = slack
  const tookMs = new Map<string, number>()
  await until(
    'both messages',
    async () => {
      const at = Date.now()
      // The prefix of answers is cached no more; triage is asked again and again, for long answers.
      await post(stack, [event(at, 'answers', 0, 200), event(at, 'triage', 5000, 8000)])
      for (const feature of ['answers', 'triage']) {
        const message = receiver.messages.find(({ payload }) => JSON.stringify(payload).includes(feature))
        if (message && !tookMs.has(feature)) tookMs.set(feature, message.atMs - firstBadMs)
      }
      return tookMs.size === 2
    },
    { withinMs: limitMs, everyMs: 250 },
  )
  console.log(`from the first bad request to the message: ${JSON.stringify(Object.fromEntries(tookMs))} ms`)
  const alerts = await stack.sql<{ kind: string; feature: string }>(
    "SELECT kind, dims['feature'] AS feature FROM alerts FINAL ORDER BY kind",
  )
  expect(alerts).toEqual([
    { kind: 'cache_regression', feature: 'answers' },
    { kind: 'spend_spike', feature: 'triage' },
  ])
  for (const ms of tookMs.values()) expect(ms).toBeLessThan(limitMs)
})

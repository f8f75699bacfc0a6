import { afterAll, beforeAll, expect, test } from 'vitest'
import { untilDrained } from '../harness/event-log.ts'
import { brokenInvariants } from '../harness/invariants.ts'
import { createSpanledger, runSpanledger, type Spanledger } from '../harness/spanledger.ts'
import { until } from '../harness/until.ts'

let spanledger: Spanledger
beforeAll(async () => {
  spanledger = await createSpanledger({ args: ['--audit-seconds', '0.3'] })
  await spanledger.start()
})
afterAll(() => spanledger?.dispose())

const startMs = Date.now() - 3_600_000

/** A chat that succeeded, as an OTLP span in JSON. */
function chat(name: string, attributes: Readonly<Record<string, string | number>>) {
  const hex = (length: number) => Buffer.from(name.padEnd(length)).toString('hex').slice(0, length)
  const all = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.response.id': `chatcmpl-${name}`,
    ...attributes,
  }
  return {
    traceId: hex(32),
    spanId: hex(16),
    name: 'chat gpt-4o',
    kind: 3,
    startTimeUnixNano: `${startMs}000000`,
    endTimeUnixNano: `${startMs + 900}000000`,
    attributes: Object.entries(all).map(([key, value]) => ({
      key,
      value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
    })),
  }
}

async function post(path: string, body: object): Promise<void> {
  const response = await fetch(`${spanledger.doorUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(200)
  await untilDrained(spanledger.dataDir)
}

const sumsOf = async (where = '1') =>
  (
    await spanledger.sql(
      `SELECT toString(sum(requests)) AS requests, toString(sum(cost)) AS cost, toString(sum(accrued_cost)) AS accrued
       FROM ledger WHERE ${where}`,
    )
  )[0]
const explained = async (id: string) => (await runSpanledger(['explain', id], { env: spanledger.env })).stdout

test('requests without usage are estimated by their lengths or by their series, and charged when their usage comes', async () => {
  const usual = Array.from({ length: 4 }, (_, n) =>
    chat(`usual${n}`, { 'gen_ai.usage.input_tokens': 1000, 'gen_ai.usage.output_tokens': 100 }),
  )
  const answered = JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: 'y'.repeat(400) }] }])
  const asked = JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: 'x'.repeat(4000) }] }])
  const long = chat('long', { 'gen_ai.input.messages': asked, 'gen_ai.output.messages': answered })
  const scope = { name: 'opentelemetry.instrumentation.genai.openai', version: '1.3b0' }
  const spans = [...usual, long, chat('lost', {})]
  await post('/v1/traces', { resourceSpans: [{ scopeSpans: [{ scope, spans }] }] })

  // 1000 x 2.5 + 100 x 10 dollars per million
  await until('the estimate by series', async () => (await sumsOf(`response_id = 'chatcmpl-lost'`))?.accrued !== '0')
  expect(await sumsOf(`response_id = 'chatcmpl-lost'`)).toEqual({ requests: '1', cost: '0', accrued: '0.0035' })
  expect(await explained('chatcmpl-lost')).toContain('the mean of 4 requests with the same request model')
  expect(await sumsOf(`response_id = 'chatcmpl-long'`)).toEqual({ requests: '1', cost: '0', accrued: '0.0035' })
  expect(await explained('chatcmpl-long')).toContain('from 4000 characters sent and 400 answered')
  expect(await sumsOf()).toEqual({ requests: '6', cost: '0.014', accrued: '0.007' })

  for (const name of ['lost', 'long'])
    await post('/v1/usage', {
      event_id: name,
      at: new Date(startMs + 100).toISOString(),
      provider: 'openai',
      model: 'gpt-4o',
      response_id: `chatcmpl-${name}`,
      usage: { input_tokens: 2000, output_tokens: 0 },
    })
  expect(await sumsOf()).toEqual({ requests: '6', cost: '0.024', accrued: '0' })
  expect(await brokenInvariants(spanledger.sql)).toEqual({})
})

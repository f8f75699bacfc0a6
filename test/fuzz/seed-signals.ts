type Value = string | number

const attributes = (fields: Readonly<Record<string, Value>>) =>
  Object.entries(fields).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
  }))

const atNanos = String(BigInt(Date.UTC(2026, 10, 20, 10)) * 1_000_000n)

function log(scope: string, event: string, fields: Readonly<Record<string, Value>>) {
  const record = {
    timeUnixNano: atNanos,
    eventName: event,
    body: { stringValue: event },
    attributes: attributes({ 'event.name': event, ...fields }),
  }
  return {
    resource: { attributes: attributes({ 'service.name': scope }) },
    scopeLogs: [{ scope: { name: scope, version: '1.0.0' }, logRecords: [record] }],
  }
}

/** OTLP/JSON of what coding agents log. */
export const seedLogs = {
  resourceLogs: [
    log('com.anthropic.claude_code.events', 'claude_code.api_request', {
      'session.id': 's1',
      'event.sequence': 4,
      'event.timestamp': '2026-11-20T10:00:00.000Z',
      request_id: 'req_011',
      model: 'claude-sonnet-4-5-20250929',
      input_tokens: 8,
      output_tokens: 312,
      cache_read_tokens: 118_243,
      cache_creation_tokens: 900,
      cost_usd: '0.0421',
      duration_ms: 2_300,
    }),
    log('codex_otel', 'codex.sse_event', {
      'event.kind': 'response.completed',
      'conversation.id': 'c1',
      'event.timestamp': '2026-11-20T10:00:01.000Z',
      model: 'gpt-5-codex',
      slug: 'gpt-5-codex',
      input_token_count: '5000',
      output_token_count: '210',
      cached_token_count: '4096',
      reasoning_token_count: '64',
      tool_token_count: '5210',
    }),
    log('gemini-cli', 'gemini_cli.api_response', {
      'session.id': 's2',
      prompt_id: 'p1',
      'event.timestamp': '2026-11-20T10:00:02.000Z',
      model: 'gemini-2.5-pro',
      input_token_count: 9_000,
      output_token_count: 120,
      cached_content_token_count: 8_000,
      thoughts_token_count: 300,
      tool_token_count: 12,
      total_token_count: 9_432,
      duration_ms: 900,
    }),
  ],
}

const point = (fields: Readonly<Record<string, Value>>) => ({
  startTimeUnixNano: atNanos,
  timeUnixNano: String(BigInt(atNanos) + 60_000_000_000n),
  attributes: attributes(fields),
})

/** OTLP/JSON of token metrics, of both temporalities. */
export const seedMetrics = {
  resourceMetrics: [
    {
      resource: { attributes: attributes({ 'service.name': 'checkout' }) },
      scopeMetrics: [
        {
          scope: { name: 'opentelemetry.instrumentation.genai.openai', version: '1.3b0' },
          metrics: [
            {
              name: 'gen_ai.client.token.usage',
              unit: '{token}',
              histogram: {
                aggregationTemporality: 2,
                dataPoints: [
                  {
                    ...point({
                      'gen_ai.token.type': 'input',
                      'gen_ai.request.model': 'gpt-4o',
                      'gen_ai.system': 'openai',
                    }),
                    count: '3',
                    sum: 4_000,
                    bucketCounts: ['1', '2'],
                    explicitBounds: [1_024],
                  },
                ],
              },
            },
            {
              name: 'claude_code.token.usage',
              unit: 'tokens',
              sum: {
                aggregationTemporality: 1,
                isMonotonic: true,
                dataPoints: [{ ...point({ type: 'cacheRead', model: 'claude-opus-4-5' }), asDouble: 118_243 }],
              },
            },
          ],
        },
      ],
    },
  ],
}

import type { TimedRequest } from './rebase.ts'

/** The body of a usage event (`POST /v1/usage`) for a request, as the gateway of the imagined company would send it. */
export function asUsageEvent(request: TimedRequest): Record<string, unknown> {
  const { row, cacheReadTokens, cacheWriteTokens } = request
  return {
    event_id: request.eventId,
    at: new Date(request.at).toISOString(),
    provider: request.model.provider,
    model: request.model.model,
    response_id: request.responseId,
    operation: 'chat',
    usage: {
      input_tokens: row.inputTokens,
      ...(cacheReadTokens !== undefined && { cache_read_tokens: cacheReadTokens }),
      ...(cacheWriteTokens !== undefined && {
        cache_write_tokens: cacheWriteTokens,
        cache_write_5m_tokens: cacheWriteTokens,
      }),
      output_tokens: row.outputTokens,
    },
    attribution: request.attribution,
    latency_ms: request.latencyMs,
    ttft_ms: request.ttftMs,
    status: 'ok',
  }
}

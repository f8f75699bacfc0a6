import { type Answer, type Event, type ProviderApi, text, used, words } from './answer.ts'
import { randomId } from './ids.ts'

/** Anthropic's `input_tokens` holds neither what was read from the cache nor what was written to it. */
export const messages: ProviderApi = {
  api: 'messages',
  path: /^\/v1\/messages$/,
  refusal: (status) => ({
    type: 'error',
    error:
      status === 429
        ? { type: 'rate_limit_error', message: 'Number of requests has exceeded your rate limit' }
        : { type: 'invalid_request_error', message: 'messages: Input should be a valid list' },
    request_id: 'req_011CRefused',
  }),
  answer({ body, amounts, random, model }): Answer {
    const { uncached, cacheRead, write5m, write1h, output, thinking } = amounts
    const id = `msg_01${randomId(random, 22)}`
    const input = {
      input_tokens: uncached,
      cache_creation_input_tokens: write5m + write1h,
      cache_read_input_tokens: cacheRead,
      cache_creation: { ephemeral_5m_input_tokens: write5m, ephemeral_1h_input_tokens: write1h },
    }
    const rest = { service_tier: 'standard', inference_geo: 'global' }
    const usage = {
      ...input,
      output_tokens: output,
      ...(thinking > 0 && { output_tokens_details: { thinking_tokens: thinking } }),
      server_tool_use: null,
      ...rest,
    }
    const about = { id, type: 'message', role: 'assistant', model }
    const thoughts = thinking > 0 ? [{ type: 'thinking', thinking: 'Let me see.', signature: 'c2lnbmVk' }] : []
    const event = (name: string, data: object): Event => ({ name, data: { type: name, ...data } })
    const at = thoughts.length
    const delta = (word: string) =>
      event('content_block_delta', { index: at, delta: { type: 'text_delta', text: word } })
    return {
      id,
      usage: used({
        input_tokens: uncached + cacheRead + write5m + write1h,
        cache_read_tokens: cacheRead,
        cache_write_tokens: write5m + write1h,
        cache_write_5m_tokens: write5m,
        cache_write_1h_tokens: write1h,
        output_tokens: output,
        output_reasoning_tokens: thinking,
      }),
      stream: body.stream === true,
      tells: { atEnd: 'whole', midway: 'input' },
      json: {
        ...about,
        content: [...thoughts, { type: 'text', text }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        stop_details: null,
        container: null,
        usage,
      },
      events: {
        head: [
          event('message_start', {
            message: {
              ...about,
              content: [],
              stop_reason: null,
              stop_sequence: null,
              usage: { ...input, output_tokens: 1, ...rest },
            },
          }),
          ...thoughts.flatMap((block) => [
            event('content_block_start', { index: 0, content_block: { ...block, thinking: '', signature: '' } }),
            event('content_block_delta', { index: 0, delta: { type: 'thinking_delta', thinking: block.thinking } }),
            event('content_block_delta', { index: 0, delta: { type: 'signature_delta', signature: block.signature } }),
            event('content_block_stop', { index: 0 }),
          ]),
          event('content_block_start', { index: at, content_block: { type: 'text', text: '' } }),
          event('ping', {}),
          ...words.map(delta),
        ],
        more: delta('more '),
        tail: [
          event('content_block_stop', { index: at }),
          // cumulative, and not to be added to what message_start said
          event('message_delta', {
            delta: { stop_reason: 'end_turn', stop_sequence: null },
            usage: {
              input_tokens: uncached,
              cache_creation_input_tokens: write5m + write1h,
              cache_read_input_tokens: cacheRead,
              output_tokens: output,
              ...(thinking > 0 && { output_tokens_details: { thinking_tokens: thinking } }),
            },
          }),
          event('message_stop', {}),
        ],
      },
    }
  },
}

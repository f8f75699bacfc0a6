import { type Answer, type Asked, type Event, type ProviderApi, text, used, words } from './answer.ts'
import { randomId } from './ids.ts'

const error = (status: number) => ({
  error:
    status === 429
      ? { message: 'Rate limit reached', type: 'requests', param: null, code: 'rate_limit_exceeded' }
      : { message: 'Invalid value', type: 'invalid_request_error', param: 'messages', code: 'invalid_value' },
})

function inputOf({ amounts }: Asked) {
  const written = amounts.write5m + amounts.write1h
  return { written, all: amounts.uncached + amounts.cacheRead + written }
}

/** OpenAI's totals hold everything; its cache writes have neither of Anthropic's lifetimes. */
function usageOf(asked: Asked) {
  const { written, all } = inputOf(asked)
  const { cacheRead, audioIn, output, thinking, audioOut } = asked.amounts
  return used({
    input_tokens: all,
    cache_read_tokens: cacheRead,
    cache_write_tokens: written,
    input_audio_tokens: audioIn,
    output_tokens: output,
    output_reasoning_tokens: thinking,
    output_audio_tokens: audioOut,
  })
}

export const chat: ProviderApi = {
  api: 'chat',
  path: /^\/v1\/chat\/completions$/,
  refusal: error,
  answer(asked): Answer {
    const { body, amounts, random, model } = asked
    const { written, all } = inputOf(asked)
    const id = `chatcmpl-${randomId(random, 29)}`
    const usage = {
      prompt_tokens: all,
      completion_tokens: amounts.output,
      total_tokens: all + amounts.output,
      prompt_tokens_details: {
        cached_tokens: amounts.cacheRead,
        audio_tokens: amounts.audioIn,
        ...(written > 0 && { cache_write_tokens: written }),
      },
      completion_tokens_details: {
        reasoning_tokens: amounts.thinking,
        audio_tokens: amounts.audioOut,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    }
    const about = { id, created: 1_795_000_000, model, service_tier: asked.asked.tier ?? 'default' }
    const chunk = (delta: object, finish: string | null = null): Event => ({
      data: {
        ...about,
        object: 'chat.completion.chunk',
        choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      },
    })
    const wantsUsage = (body.stream_options as { include_usage?: boolean } | undefined)?.include_usage === true
    const message = { role: 'assistant', content: text, refusal: null, annotations: [] }
    return {
      id,
      usage: usageOf(asked),
      stream: body.stream === true,
      tells: { atEnd: body.stream !== true || wantsUsage ? 'whole' : 'nothing', midway: 'nothing' },
      json: {
        ...about,
        object: 'chat.completion',
        choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' }],
        usage,
      },
      events: {
        head: [chunk({ role: 'assistant', content: '' }), ...words.map((content) => chunk({ content }))],
        more: chunk({ content: 'more ' }),
        tail: [
          chunk({}, 'stop'),
          ...(wantsUsage ? [{ data: { ...about, object: 'chat.completion.chunk', choices: [], usage } }] : []),
          { data: '[DONE]' },
        ],
      },
    }
  },
}

export const embeddings: ProviderApi = {
  api: 'embeddings',
  path: /^\/v1\/embeddings$/,
  refusal: error,
  answer({ body, amounts, model }) {
    const inputs = Array.isArray(body.input) && typeof body.input[0] !== 'number' ? body.input : [body.input]
    const numbers = new Float32Array([0.25, -0.5, 0.125, 1])
    const embedding = body.encoding_format === 'base64' ? Buffer.from(numbers.buffer).toString('base64') : [...numbers]
    const data = inputs.map((_, index) => ({ object: 'embedding', index, embedding }))
    return {
      id: undefined,
      usage: used({ input_tokens: amounts.uncached }),
      stream: false,
      tells: { atEnd: 'whole', midway: 'nothing' },
      json: {
        object: 'list',
        data,
        model,
        usage: { prompt_tokens: amounts.uncached, total_tokens: amounts.uncached },
      },
      events: { head: [], more: { data: '' }, tail: [] },
    }
  },
}

export const responses: ProviderApi = {
  api: 'responses',
  path: /^\/v1\/responses$/,
  refusal: error,
  answer(asked): Answer {
    const { body, amounts, random, model } = asked
    const { written, all } = inputOf(asked)
    const id = `resp_${randomId(random, 50, 'hex')}`
    const item = `msg_${randomId(random, 50, 'hex')}`
    const usage = {
      input_tokens: all,
      input_tokens_details: { cached_tokens: amounts.cacheRead, ...(written > 0 && { cache_write_tokens: written }) },
      output_tokens: amounts.output,
      output_tokens_details: { reasoning_tokens: amounts.thinking },
      total_tokens: all + amounts.output,
    }
    const part = { type: 'output_text', text, annotations: [], logprobs: [] }
    const message = { id: item, type: 'message', status: 'completed', role: 'assistant', content: [part] }
    const about = {
      id,
      object: 'response',
      created_at: 1_795_000_000,
      error: null,
      incomplete_details: null,
      instructions: null,
      max_output_tokens: null,
      metadata: {},
      model,
      parallel_tool_calls: true,
      previous_response_id: null,
      reasoning: { effort: null, summary: null },
      service_tier: asked.asked.tier ?? 'default',
      store: false,
      temperature: 1,
      text: { format: { type: 'text' } },
      tool_choice: 'auto',
      tools: [],
      top_p: 1,
      truncation: 'disabled',
      user: null,
    }
    const whole = { ...about, status: 'completed', output: [message], usage }
    let sequence = 0
    const event = (type: string, data: object): Event => ({
      name: type,
      data: { type, sequence_number: sequence++, ...data },
    })
    const begun = { ...about, status: 'in_progress', output: [], usage: null }
    const place = { item_id: item, output_index: 0, content_index: 0 }
    const delta = (word: string) => event('response.output_text.delta', { ...place, delta: word, logprobs: [] })
    return {
      id,
      // the Responses API says nothing of audio
      usage: usageOf({ ...asked, amounts: { ...amounts, audioIn: 0, audioOut: 0 } }),
      stream: body.stream === true,
      tells: { atEnd: 'whole', midway: 'nothing' },
      json: whole,
      events: {
        head: [
          event('response.created', { response: begun }),
          event('response.in_progress', { response: begun }),
          event('response.output_item.added', {
            output_index: 0,
            item: { ...message, status: 'in_progress', content: [] },
          }),
          event('response.content_part.added', { ...place, part: { ...part, text: '' } }),
          ...words.map(delta),
        ],
        more: delta('more '),
        tail: [
          event('response.output_text.done', { ...place, text, logprobs: [] }),
          event('response.content_part.done', { ...place, part }),
          event('response.output_item.done', { output_index: 0, item: message }),
          event('response.completed', { response: whole }),
        ],
      },
    }
  },
}

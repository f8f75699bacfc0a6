import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a provider bills, in the ledger's inclusive terms. */
export interface Billed {
  readonly requests: number
  readonly input: number
  readonly cacheRead: number
  readonly cacheWrite: number
  readonly output: number
  readonly reasoning: number
}

export interface LocalProvider {
  readonly url: string
  /** By the provider's name in the ledger. */
  readonly billed: ReadonlyMap<string, Billed>
  /** The next request is answered 429 first. */
  refuseNext(): void
  stop(): Promise<void>
}

type Answer = (
  sequence: number,
  body: { readonly model?: string; readonly stream?: boolean },
) => {
  readonly events: readonly (readonly [type: string, data: object])[]
  readonly whole: object
  readonly billed: Omit<Billed, 'requests'>
}

/** Anthropic, OpenAI and Gemini on one port, which say the same short sentence every time and bill differently each time. */
export async function startLocalProvider(): Promise<LocalProvider> {
  const billed = new Map<string, Billed>()
  let sequence = 0
  let isRefusing = false

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const url = request.url ?? ''
    const api = apis.find(({ path }) => path.test(url))
    if (api === undefined) return end(response, 404, {})
    response.setHeader('request-id', `req_${++sequence}`)
    if (isRefusing) {
      isRefusing = false
      response.setHeader('retry-after', '1')
      return end(response, 429, { type: 'error', error: { type: 'rate_limit_error', code: 429, message: 'slow down' } })
    }
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { model?: string; stream?: boolean }
    const { events, whole, billed: added } = api.answer(sequence, body)
    billed.set(api.provider, add(billed.get(api.provider), added))
    if (!(body.stream ?? url.includes('stream'))) return end(response, 200, whole)
    response.setHeader('content-type', 'text/event-stream')
    for (const [type, data] of events) {
      response.write(`${type && `event: ${type}\n`}data: ${JSON.stringify(type ? { type, ...data } : data)}\n\n`)
    }
    response.end()
  }

  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    billed,
    refuseNext: () => (isRefusing = true),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function end(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

function add(sum: Billed | undefined, added: Omit<Billed, 'requests'>): Billed {
  return {
    requests: (sum?.requests ?? 0) + 1,
    input: (sum?.input ?? 0) + added.input,
    cacheRead: (sum?.cacheRead ?? 0) + added.cacheRead,
    cacheWrite: (sum?.cacheWrite ?? 0) + added.cacheWrite,
    output: (sum?.output ?? 0) + added.output,
    reasoning: (sum?.reasoning ?? 0) + added.reasoning,
  }
}

const anthropic: Answer = (n, { model }) => {
  const cached = { cache_creation_input_tokens: 300, cache_read_input_tokens: 10_000 + n }
  const usage = { input_tokens: 8 + n, ...cached, output_tokens: 100 + n }
  const message = { id: `msg_${n}`, type: 'message', role: 'assistant', model, stop_sequence: null }
  const text = { type: 'text', text: 'Hello.' }
  return {
    whole: { ...message, content: [text], stop_reason: 'end_turn', usage },
    events: [
      [
        'message_start',
        { message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } } },
      ],
      ['content_block_start', { index: 0, content_block: { type: 'text', text: '' } }],
      ['content_block_delta', { index: 0, delta: { type: 'text_delta', text: text.text } }],
      ['content_block_stop', { index: 0 }],
      ['message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage }],
      ['message_stop', {}],
    ],
    billed: {
      input: usage.input_tokens + cached.cache_creation_input_tokens + cached.cache_read_input_tokens,
      cacheRead: cached.cache_read_input_tokens,
      cacheWrite: cached.cache_creation_input_tokens,
      output: usage.output_tokens,
      reasoning: 0,
    },
  }
}

const openai: Answer = (n, { model }) => {
  const usage = {
    input_tokens: 1_000 + n,
    input_tokens_details: { cached_tokens: 400, cache_write_tokens: 50 },
    output_tokens: 60 + n,
    output_tokens_details: { reasoning_tokens: 20 },
    total_tokens: 1_060 + 2 * n,
  }
  const content = [{ type: 'output_text', text: 'Hello.', annotations: [] }]
  const item = { id: `msg_${n}`, type: 'message', role: 'assistant', status: 'completed', content }
  const response = { id: `resp_${n}`, object: 'response', model }
  const whole = { ...response, status: 'completed', output: [item], usage }
  return {
    whole,
    events: [
      ['response.created', { response: { ...response, status: 'in_progress', output: [] } }],
      ['response.output_item.added', { output_index: 0, item: { ...item, content: [] } }],
      ['response.output_item.done', { output_index: 0, item }],
      ['response.completed', { response: whole }],
    ],
    billed: { input: usage.input_tokens, cacheRead: 400, cacheWrite: 50, output: usage.output_tokens, reasoning: 20 },
  }
}

const gemini: Answer = (n) => {
  const usageMetadata = {
    promptTokenCount: 2_000 + n,
    candidatesTokenCount: 60,
    cachedContentTokenCount: 500,
    thoughtsTokenCount: 40 + n,
    toolUsePromptTokenCount: 30,
    totalTokenCount: 2_130 + 2 * n,
  }
  const content = { role: 'model', parts: [{ text: 'Hello.' }] }
  const candidates = [{ content, finishReason: 'STOP', index: 0 }]
  const whole = { candidates, usageMetadata, modelVersion: 'gemini-2.5-pro', responseId: `gem_${n}` }
  return {
    whole,
    events: [['', whole]],
    billed: { input: 2_030 + n, cacheRead: 500, cacheWrite: 0, output: 100 + n, reasoning: 40 + n },
  }
}

const apis = [
  { provider: 'anthropic', path: /\/v1\/messages(?!\/count_tokens)/, answer: anthropic },
  { provider: 'openai', path: /\/responses/, answer: openai },
  { provider: 'google', path: /generateContent/i, answer: gemini },
] as const

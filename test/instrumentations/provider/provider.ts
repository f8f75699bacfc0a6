import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRandom } from '@spanledger/runtime/testing/seeded-random'
import { drawAmounts } from './amounts.ts'
import type { Answer, Event, ProviderApi } from './answer.ts'
import { messages } from './anthropic.ts'
import { type Bill, createBill } from './bill.ts'
import { caseOf } from './cases.ts'
import { generateContent } from './gemini.ts'
import { chat, embeddings, responses } from './openai.ts'

export interface Provider {
  readonly port: number
  readonly bill: Bill
  stop(): Promise<void>
}

const apis: readonly ProviderApi[] = [chat, responses, embeddings, messages, generateContent]
/** The model that answers when a family's name is asked for. */
const snapshots: Readonly<Record<string, string>> = {
  'gpt-4o': 'gpt-4o-2024-08-06',
  'gpt-4o-mini': 'gpt-4o-mini-2024-07-18',
}
/** Of a request that was refused. */
const nothing = { told: 'nothing', id: undefined, usage: undefined, toolPrompt: 0 } as const
/** Nobody stays longer in an endless stream. */
const longestMs = 5_000

/**
 * OpenAI, Anthropic and Gemini on one loopback port, as far as their clients and instrumentations need them. What is
 * asked for is in the prompt (`cases.ts`), the numbers come from the seed, and what is billed is kept by API key.
 */
export async function startProvider(seed: number): Promise<Provider> {
  const random = createRandom(seed)
  const bill = createBill()
  const refusedOnce = new Set<string>()
  const server = createServer((request, response) => {
    handle(request, response).catch((error: Error) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: { message: String(error.message) } }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://provider')
    const api = apis.find(({ path }) => path.test(url.pathname))
    const raw = await textOf(request)
    if (!api) return sendJson(response, 404, { error: { message: `no API at ${url.pathname}` } })
    const body = JSON.parse(raw) as Record<string, unknown>
    if (url.pathname.endsWith(':streamGenerateContent')) body.stream = true
    const account = accountOf(request, url)
    const { name, asked } = caseOf(raw)
    const wanted = String(api.path.exec(url.pathname)?.[1] ?? body.model)
    const model = snapshots[wanted] ?? wanted
    const line = { account, api: api.api, case: name, stream: body.stream === true, model }

    const once = `${account} ${api.api} ${raw}`
    if (asked.refused && (asked.refused.always || !refusedOnce.has(once))) {
      refusedOnce.add(once)
      bill.add({ ...line, status: asked.refused.status, ...nothing })
      return sendJson(response, asked.refused.status, api.refusal(asked.refused.status))
    }
    const amounts = drawAmounts(random, asked)
    const answer = api.answer({ body, model, asked, amounts, random })
    const told = asked.endless ? answer.tells.midway : answer.tells.atEnd
    bill.add({ ...line, status: 200, told, id: answer.id, usage: answer.usage, toolPrompt: amounts.toolPrompt })
    if (!answer.stream) return sendJson(response, 200, answer.json)
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': 'req_local' })
    await stream(response, answer, asked.endless === true)
  }

  return {
    port: (server.address() as AddressInfo).port,
    bill,
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function stream(response: ServerResponse, { events }: Answer, endless: boolean): Promise<void> {
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  for (const event of events.head) {
    response.write(wireOf(event))
    await pause(2)
  }
  for (let waitedMs = 0; endless && waitedMs < longestMs && !response.destroyed; waitedMs += 20) {
    response.write(wireOf(events.more))
    await pause(20)
  }
  for (const event of events.tail) response.write(wireOf(event))
  response.end()
}

function wireOf({ name, data }: Event): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data)
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${text}\n\n`
}

function accountOf({ headers }: IncomingMessage, url: URL): string {
  const key = headers['x-api-key'] ?? headers['x-goog-api-key'] ?? url.searchParams.get('key')
  return String(key ?? headers.authorization?.replace(/^Bearer /, '') ?? 'nobody')
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const soon = status === 429 ? { 'retry-after-ms': '10' } : {}
  response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_local', ...soon })
  response.end(JSON.stringify(body))
}

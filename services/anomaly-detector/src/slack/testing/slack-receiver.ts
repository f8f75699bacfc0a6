import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { checkMessage } from './check-message.ts'
import { type ReadMessage, readMessage } from './read-message.ts'

/** How the receiver answers one post. `posted`: the message counts as shown in the channel, as after a 200. */
export type ScriptedAnswer =
  | 'ok'
  /** No answer, until the caller goes away. */
  | 'hang'
  /** The connection is cut before anything was taken. */
  | 'cut'
  /** The message is posted, and then the connection is cut: the sender cannot know. */
  | 'post_then_cut'
  | { readonly status: number; readonly body?: string; readonly retryAfterSeconds?: number }

export interface ReceivedMessage {
  /** The name that `urlOf` was asked for. */
  readonly channel: string
  readonly atMs: number
  readonly payload: unknown
  readonly read: ReadMessage
}

export interface SlackReceiver {
  /** A webhook of its own for each name; its last part is the secret. */
  urlOf(channel: string): string
  readonly secret: string
  /** Messages that Slack would show now, in order. */
  readonly messages: readonly ReceivedMessage[]
  /** Every request, whatever was answered: its status, 0 where none was given. */
  readonly attempts: readonly {
    readonly channel: string
    readonly status: number
    readonly problems: readonly string[]
  }[]
  /** The next posts are answered so, one by one; later ones as `answerAlways` says. */
  answerNext(...answers: ScriptedAnswer[]): void
  answerAlways(answer: ScriptedAnswer): void
  /** From now on an answer takes so long, after what it says has happened. */
  answerAfter(delayMs: number): void
  waitFor(what: string, condition: (messages: readonly ReceivedMessage[]) => boolean, withinMs?: number): Promise<void>
  stop(): Promise<void>
}

/** A server on loopback that behaves as Slack's incoming webhooks do, and refuses what Slack would refuse. */
export async function startSlackReceiver(): Promise<SlackReceiver> {
  const secret = 'XXXXsecretXXXXsecretXXXX'
  const messages: ReceivedMessage[] = []
  const attempts: { channel: string; status: number; problems: readonly string[] }[] = []
  const next: ScriptedAnswer[] = []
  let always: ScriptedAnswer = 'ok'
  let delayMs = 0
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T00000000/`

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, channel = ''] = /^\/services\/T00000000\/([^/]+)\/[^/]+$/.exec(request.url ?? '') ?? []
    const body = await textOf(request).catch(() => undefined)
    if (body === undefined) return
    const { payload, problems } = judge(body)
    const attempt = { channel, status: 0, problems }
    attempts.push(attempt)
    const reply = (status: number, text: string, headers: Record<string, string> = {}) => {
      attempt.status = status
      setTimeout(() => send(status, text, headers), delayMs)
    }
    const send = (status: number, text: string, headers: Record<string, string>) => {
      response.writeHead(status, { 'Content-Type': 'text/plain', ...headers }).end(text)
    }
    const post = () => messages.push({ channel, atMs: Date.now(), payload, read: readMessage(payload) })

    const scripted = next.shift() ?? always
    if (scripted === 'hang') return
    if (scripted === 'cut') return void request.socket.destroy()
    if (typeof scripted === 'object') {
      const { status, body: text = 'rollup_error', retryAfterSeconds } = scripted
      return reply(status, text, retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) })
    }
    if (request.method !== 'POST' || channel === '') return reply(404, 'no_service')
    if (payload === undefined || !/^application\/json\b/.test(request.headers['content-type'] ?? ''))
      return reply(400, 'invalid_payload')
    if (problems.length > 0) return reply(400, 'invalid_blocks')
    post()
    if (scripted === 'post_then_cut') return void request.socket.destroy()
    reply(200, 'ok')
  }

  return {
    secret,
    messages,
    attempts,
    urlOf: (channel) => `${base}${channel}/${secret}`,
    answerNext: (...answers) => void next.push(...answers),
    answerAlways: (scripted) => void (always = scripted),
    answerAfter: (ms) => void (delayMs = ms),
    async waitFor(what, condition, withinMs = 30_000) {
      const deadline = performance.now() + withinMs
      while (!condition(messages)) {
        if (performance.now() > deadline) {
          const seen = messages.map(({ channel, read }) => `${channel}: ${read.title}`).join('\n')
          throw new Error(`waited ${withinMs} ms for ${what}; ${attempts.length} posts, shown:\n${seen || 'nothing'}`)
        }
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
    stop: () => close(server),
  }
}

function judge(body: string): { payload: unknown; problems: readonly string[] } {
  try {
    const payload: unknown = JSON.parse(body)
    return { payload, problems: checkMessage(payload) }
  } catch {
    return { payload: undefined, problems: ['not JSON'] }
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function close(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}

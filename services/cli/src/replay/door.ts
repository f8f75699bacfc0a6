import { createBackoff } from '@spanledger/runtime/backoff'
import { type Clock, sleep, systemClock } from '@spanledger/runtime/clock'
import { SpanledgerError } from '@spanledger/runtime/errors'
import { type Answer, readAnswer } from './answer.ts'

export interface DoorOptions {
  /** Base URL of the OTLP/HTTP door, such as `http://127.0.0.1:4318`. */
  readonly url: string
  readonly apiKey?: string
  /** How long the door may stay away before sending fails, in milliseconds. */
  readonly patienceMs: number
  readonly signal?: AbortSignal
  /** Called before each wait for a door that is away or busy. */
  readonly onWait?: (reason: string, waitMs: number) => void
  readonly clock?: Clock
}

export type Send = (path: string, contentType: string, body: string | Uint8Array) => Promise<Answer>

const requestTimeoutMs = 30_000

/** The same body may succeed later: the door is overloaded, or something in front of it is. */
const retryableStatus = new Set([429, 502, 503, 504])

/**
 * Sends bodies until the door has acknowledged them: refused connections, broken answers and 503 are tried again (after
 * the door's Retry-After when it names one). A body may therefore arrive twice, which the ledger makes one charge.
 * Any other refusal of a whole body throws `DOOR_REFUSED`; a door away for too long throws `DOOR_AWAY`.
 */
export function createDoor(options: DoorOptions): Send {
  const { clock = systemClock, signal, patienceMs, onWait } = options
  const backoffMs = createBackoff({ firstMs: 100, maxMs: 2_000 })
  const authorization = options.apiKey === undefined ? {} : { authorization: `Bearer ${options.apiKey}` }

  return async function send(path, contentType, body) {
    const url = new URL(path, options.url)
    const startedMs = clock.nowMs()
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted()
      const outcome = await post(url, { 'content-type': contentType, ...authorization }, body, signal)
      if ('answer' in outcome) return outcome.answer
      if (clock.nowMs() - startedMs > patienceMs) throw away(url, outcome.reason, patienceMs)
      const waitMs = outcome.retryAfterMs ?? backoffMs(attempt)
      onWait?.(outcome.reason, waitMs)
      await sleep(clock, waitMs, signal)
    }
  }
}

type Outcome = { readonly answer: Answer } | { readonly reason: string; readonly retryAfterMs?: number }

async function post(
  url: URL,
  headers: Record<string, string>,
  content: string | Uint8Array,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const timeout = AbortSignal.timeout(requestTimeoutMs)
  let response: Response
  let body: Uint8Array
  try {
    response = await fetch(url, {
      method: 'POST',
      headers,
      body: content as NonNullable<RequestInit['body']>,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    body = new Uint8Array(await response.arrayBuffer())
  } catch (error) {
    signal?.throwIfAborted()
    return { reason: reasonOf(error) }
  }
  const { status } = response
  if (retryableStatus.has(status)) {
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
    return { reason: `it answered ${status}`, ...(seconds >= 0 && { retryAfterMs: seconds * 1000 }) }
  }
  const answer = readAnswer(status, response.headers.get('content-type') ?? '', body)
  if (answer === undefined) throw refused(url, status, Buffer.from(body).toString('utf8'))
  return { answer }
}

/** fetch hides the interesting error in a chain of causes. */
function reasonOf(error: unknown): string {
  let innermost = error
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause
  if (innermost instanceof AggregateError && innermost.errors[0] instanceof Error) innermost = innermost.errors[0]
  const { code, message, name } = innermost as NodeJS.ErrnoException
  if (code === 'ECONNREFUSED') return 'nothing is listening there'
  if (name === 'TimeoutError') return 'it did not answer in time'
  return code ?? message
}

function away(url: URL, reason: string, patienceMs: number): SpanledgerError {
  const seconds = Math.round(patienceMs / 1000)
  return new SpanledgerError('DOOR_AWAY', `${url.origin} took nothing for ${seconds} s: ${reason}`, {
    retryable: true,
    hint: 'start it with `spanledger up`, or name another door with --to URL; what was acknowledged is safe to send again',
  })
}

function refused(url: URL, status: number, text: string): SpanledgerError {
  return new SpanledgerError('DOOR_REFUSED', `${url.href} answered ${status}: ${text.slice(0, 300)}`, {
    retryable: false,
    hint:
      status === 401
        ? 'give a valid key with --api-key (the server has SPANLEDGER_API_KEYS set)'
        : 'check that --to is the OTLP/HTTP port of spanledger (4318 by default)',
  })
}

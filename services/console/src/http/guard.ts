import type { MiddlewareHandler } from 'hono'
import { fail } from './failure.ts'

const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

const headers: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/** What every answer carries: no foreign code, no framing, no guessing of types. */
export const secureHeaders: MiddlewareHandler = async (context, next) => {
  await next()
  for (const [name, value] of Object.entries(headers)) context.header(name, value)
}

/**
 * A console on the loopback address answers only to loopback names. Otherwise any web page could point a name of its
 * own at 127.0.0.1 and read the ledger with its visitor's browser (DNS rebinding).
 */
export function guardHost(host: string): MiddlewareHandler {
  const own = hostName(host)
  const onLoopback = isLoopback(host)
  return async (context, next) => {
    const asked = (context.req.header('host') ?? '').toLowerCase().replace(/:\d+$/, '')
    if (!onLoopback || loopbackNames.has(asked) || asked === own) return next()
    return fail(
      context,
      403,
      'HOST_FORBIDDEN',
      `this console does not answer to the name ${JSON.stringify(asked.slice(0, 100))}`,
      'open it as http://localhost, or set SPANLEDGER_HOST to the address under which it shall be reached',
    )
  }
}

/** Whether only this machine can reach what listens on this address. */
export function isLoopback(host: string): boolean {
  return loopbackNames.has(hostName(host)) || host.startsWith('127.')
}

function hostName(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
}

/**
 * What is more than reading is asked by the console's own page, or by no page at all: any other one could make its visitor's
 * browser send it. JSON cannot be sent from elsewhere without asking first, and the console never agrees.
 */
export const guardOrigin: MiddlewareHandler = async (context, next) => {
  const { origin, host, 'sec-fetch-site': site, 'content-type': type = '' } = context.req.header()
  const isOwn = origin === undefined || (URL.canParse(origin) && new URL(origin).host === host)
  if (isOwn && (site === undefined || site === 'same-origin') && /^application\/json\b/.test(type)) return next()
  return fail(
    context,
    403,
    'ORIGIN_FORBIDDEN',
    'this is for the page of this console alone',
    'use the page, or send JSON (content-type: application/json) without an Origin',
  )
}

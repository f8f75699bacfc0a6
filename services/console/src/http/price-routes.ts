import type { Clock } from '@spanledger/runtime/clock'
import { SpanledgerError } from '@spanledger/runtime/errors'
import { priceSectionSchema } from '@spanledger/schemas/api/prices'
import { ok, reject, type Result } from '@spanledger/schemas/result'
import type { Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { ConsolePrices, LedgerReader } from '../ports.ts'
import { createPriceEditor } from '../prices/price-editor.ts'
import { fail } from './failure.ts'
import { guardOrigin, isLoopback } from './guard.ts'
import { refuse } from './parameters.ts'

interface PriceRoutesOptions {
  readonly reader: LedgerReader
  readonly prices: ConsolePrices
  readonly clock: Clock
  /** That the console listens on. */
  readonly host: string
}

const maxBytes = 1_000_000

/** The prices of the configuration file: what is in force, and an editor that tries a change before it is saved. */
export function mountPrices(api: Hono, { reader, prices, clock, host }: PriceRoutesOptions): void {
  const editor = createPriceEditor({ reader, prices, onLoopback: isLoopback(host) })
  const tooLong = bodyLimit({
    maxSize: maxBytes,
    onError: (context) => fail(context, 413, 'BODY_TOO_LONG', 'the section is too long', `${maxBytes} bytes at most`),
  })

  api.get('/prices', async (context) => context.json(await editor.read(clock.nowMs())))
  api.post('/prices/check', guardOrigin, tooLong, async (context) => {
    const text = await sectionText(context)
    return text.kind === 'ok' ? context.json(editor.check(text.value)) : refuse(context, text)
  })
  api.post('/prices/preview', guardOrigin, tooLong, async (context) => {
    const text = await sectionText(context)
    return text.kind === 'ok' ? context.json(await editor.preview(text.value, clock.nowMs())) : refuse(context, text)
  })
  api.put('/prices', guardOrigin, tooLong, async (context) => {
    const text = await sectionText(context)
    if (text.kind !== 'ok') return refuse(context, text)
    const etag = /^"([\w-]+)"$/.exec(context.req.header('if-match') ?? '')?.[1]
    if (etag === undefined) {
      return fail(context, 428, 'ETAG_MISSING', 'it is not said which file this changes', 'send If-Match: "<etag>"')
    }
    try {
      return context.json(editor.save(text.value, etag))
    } catch (error) {
      const status = error instanceof SpanledgerError ? statuses[error.code] : undefined
      if (status === undefined) throw error
      const { code, message, hint } = error as SpanledgerError
      return fail(context, status, code, message, hint)
    }
  })
}

const statuses: Readonly<Record<string, 403 | 412 | 422>> = {
  CONFIG_READ_ONLY: 403,
  CONFIG_FILE_CHANGED: 412,
  CONFIG_SECTION_INVALID: 422,
}

async function sectionText(context: Context): Promise<Result<string, 'BODY_INVALID'>> {
  const body: unknown = await context.req.json().catch(() => undefined)
  const parsed = priceSectionSchema.safeParse(body)
  return parsed.success ? ok(parsed.data.text) : reject('BODY_INVALID', 'the body is {"text": "prices: …"}')
}

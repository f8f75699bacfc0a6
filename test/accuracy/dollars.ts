import { Exact, priceAt, rowFor, rowsOf, type SheetRow } from '../prices/sheet.ts'
import type { Capture, CapturedRequest, RequestTokens } from './captures.ts'
import { readSpansNaively } from './naive-reader.ts'

/** USD as exact decimal strings, worked out without the ledger's engine, from the price sheet itself. */
export interface Dollars {
  /** Of what the provider billed. */
  readonly billed: string
  /** Of what the telemetry can support. */
  readonly attainable: string
  /** Who takes all input at the input price and all output at the output price, span by span. */
  readonly naive: string
}

export function dollarsOf(capture: Capture): Dollars {
  const billable = capture.requests.filter(({ billable: isBillable }) => isBillable)
  const sum = (read: (request: CapturedRequest) => RequestTokens | null | undefined) =>
    billable.reduce((total, request) => total.add(dollarsOfRequest(request, read(request))), new Exact(0)).toFixed()
  return {
    billed: sum(({ canonical }) => canonical),
    // a request without a gap is known as it was billed
    attainable: sum(({ canonical, telemetry }) =>
      telemetry?.attainable === undefined ? canonical : telemetry.attainable,
    ),
    naive: naiveDollars(capture, billable),
  }
}

function dollarsOfRequest(request: CapturedRequest, tokens: RequestTokens | null | undefined) {
  if (!tokens) return new Exact(0)
  const others = Object.values(tokens.cache_write_other).reduce((sum, count) => sum + count, 0)
  const quantities = {
    cache_read_tokens: tokens.cache_read,
    cache_write_1h_tokens: tokens.cache_write_1h,
    cache_write_tokens: tokens.cache_write_5m + others,
    input_tokens: tokens.input_uncached,
    output_reasoning_tokens: tokens.reasoning,
    output_tokens: tokens.output - tokens.reasoning,
  }
  const input = tokens.input_uncached + tokens.cache_read + tokens.cache_write_1h + tokens.cache_write_5m + others
  const { usd, unpriced } = priceAt(rowOf(request, input), quantities)
  if (unpriced.length > 0) throw new Error(`no price of ${unpriced.join()} for ${request.response_model}`)
  return usd
}

/** As the sheets call them. */
const sheets: Readonly<Record<string, string>> = { 'gcp.gemini': 'google', 'aws.bedrock': 'aws' }

/** The captures are of one day, on which no price changed. */
const at = Date.parse('2026-11-20T12:00:00Z')

function rowOf(request: CapturedRequest, input: number): SheetRow {
  const { provider = '', request_model = '', response_model, service_tier } = request
  const tier = service_tier === 'default' ? 'standard' : (service_tier ?? 'standard')
  // Bedrock answers without the profile that was called, which has a price of its own
  const names = provider === 'aws.bedrock' ? [request_model] : [response_model ?? request_model, request_model]
  const model = names.map((name) => (provider === 'gcp.gemini' ? (name.split('/').at(-1) as string) : name))
  const rows = model.map((name) => rowsOf(sheets[provider] ?? provider, name)).find((listed) => listed) ?? []
  const row = rowFor(rows, { at, tier, input, regions: ['global', '*'] })
  if (!row) throw new Error(`no price of ${provider} ${model.join(' or ')}: ${input} tokens in`)
  return row
}

function naiveDollars(capture: Capture, billable: readonly CapturedRequest[]): string {
  const price = ({ model, counts }: ReturnType<typeof readSpansNaively>[number]) => {
    const request = billable.find(({ request_model, response_model }) =>
      [request_model, response_model].includes(model),
    )
    // a model that it cannot find costs it nothing
    if (!request) return new Exact(0)
    const quantities = { input_tokens: counts.get('input') ?? 0, output_tokens: counts.get('output') ?? 0 }
    return priceAt(rowOf(request, 0), quantities).usd
  }
  return readSpansNaively(capture)
    .reduce((total, span) => total.add(price(span)), new Exact(0))
    .toFixed()
}

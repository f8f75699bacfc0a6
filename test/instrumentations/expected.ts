import type { WarningCode } from '@spanledger/schemas/codes'
import type { Usage } from '@spanledger/schemas/events/usage'
import type { BillLine } from './provider/bill.ts'
import { concerns, type Loss, type Scenario } from './scenario.ts'

/** What a request is in the ledger: priced by its usage, known to be billed but not how much, or refused. */
export type Standing = 'charge' | 'accrual' | 'free'

/** One request as the ledger should have it. */
export interface ExpectedRequest {
  readonly standing: Standing
  readonly usage: Usage
  readonly warnings: readonly WarningCode[]
}

/**
 * The bill as far as this scenario's telemetry can tell it. Without losses it is the bill itself: what was told is a
 * charge, what was billed and not told is an accrual, what was told of its input alone says so, and what was refused
 * for good is free. A try that the client repeats is inside the span of the call.
 */
export function expectedOf(scenario: Scenario, bill: readonly BillLine[]): ExpectedRequest[] {
  return bill.flatMap((line) => {
    const losses = scenario.losses.filter((loss) => concerns(loss, line))
    if (losses.some(({ loses }) => loses === 'span')) return []
    const extra = losses.reduce((sum, loss) => sum + (loss.extra ?? 0), 0)
    const base = line.usage === undefined ? (line.status === 429 ? 0 : 1) : 1
    return Array.from({ length: base + extra }, () => requestOf(line, losses))
  })
}

function requestOf(line: BillLine, losses: readonly Loss[]): ExpectedRequest {
  const warnings: WarningCode[] = losses.flatMap(({ warning }) => warning ?? [])
  if (line.usage === undefined) return { standing: 'free', usage: {}, warnings }
  const told = losses.some(({ loses }) => loses === 'usage') ? 'nothing' : line.told
  if (told === 'nothing' && !losses.some(({ says }) => says)) {
    return { standing: 'accrual', usage: {}, warnings: [...warnings, 'USAGE_MISSING'] }
  }
  if (told === 'input') warnings.push('USAGE_PARTIAL')
  const known = told === 'input' ? inputOf(line.usage) : line.usage
  return { standing: 'charge', usage: losses.reduce((usage, loss) => applied(usage, loss, line), known), warnings }
}

function inputOf(usage: Usage): Usage {
  return Object.fromEntries(Object.entries(usage).filter(([field]) => !field.startsWith('output_')))
}

function applied(usage: Usage, { loses, says, adds }: Loss, { toolPrompt }: BillLine): Usage {
  const left: { -readonly [field in keyof Usage]: Usage[field] } = { ...usage }
  if (Array.isArray(loses)) for (const field of loses) delete left[field as keyof Usage]
  if (loses === 'lifetimes' && left.cache_write_tokens !== undefined) {
    left.cache_write_5m_tokens = left.cache_write_tokens
    delete left.cache_write_1h_tokens
  }
  if (loses === 'cached') {
    const { input_tokens: all = 0, cache_read_tokens: read = 0, cache_write_tokens: written = 0 } = usage
    for (const field of Object.keys(left)) if (field.startsWith('cache_')) delete left[field as keyof Usage]
    left.input_tokens = all - read - written
  }
  if (loses === 'tool-prompt') left.input_tokens = (left.input_tokens ?? 0) - toolPrompt
  for (const [field, count] of Object.entries(adds ?? {})) {
    left[field as keyof Usage] = (left[field as keyof Usage] ?? 0) + count
  }
  return says ?? left
}

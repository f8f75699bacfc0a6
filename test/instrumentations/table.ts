import type { Usage, UsageField } from '@spanledger/schemas/events/usage'
import { type Outcome, problemsOf } from './outcome.ts'

const columns: readonly (readonly [string, UsageField])[] = [
  ['input', 'input_tokens'],
  ['cache read', 'cache_read_tokens'],
  ['cache write', 'cache_write_tokens'],
  ['output', 'output_tokens'],
  ['reasoning', 'output_reasoning_tokens'],
]

/** One line a scenario: what the ledger holds, and in brackets what the provider billed where that is another number. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const head = ['scenario', 'requests', ...columns.map(([name]) => name), 'unknown', 'verdict']
  const lines = [head, ...outcomes.map(lineOf)]
  const widths = head.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)))
  return lines.map((line) => line.map((text, index) => text.padEnd(widths[index] ?? 0)).join('  ')).join('\n')
}

function lineOf(outcome: Outcome): string[] {
  if ('skipped' in outcome) return [outcome.scenario.name, `skipped: ${outcome.skipped}`]
  if ('failed' in outcome) return [outcome.scenario.name, 'did not run to its end']
  const { scenario, bill, held } = outcome
  const billed = bill.flatMap(({ usage }) => usage ?? [])
  const charged = held.filter(({ standing }) => standing !== 'free')
  const wrong = problemsOf(outcome).length
  const lost = scenario.losses.length > 0 ? 'as declared' : 'exact'
  return [
    scenario.name,
    beside(charged.length, billed.length),
    ...columns.map(([, field]) => beside(sumOf(charged, field), sum(billed, field))),
    String(held.filter(({ standing }) => standing === 'accrual').length),
    wrong === 0 ? lost : `${wrong} differ`,
  ]
}

function beside(held: number, billed: number): string {
  return held === billed ? String(held) : `${held} (${billed})`
}

function sumOf(held: readonly { usage: Usage }[], field: UsageField): number {
  return sum(
    held.map(({ usage }) => usage),
    field,
  )
}

function sum(usages: readonly Usage[], field: UsageField): number {
  return usages.reduce((total, usage) => total + (usage[field] ?? 0), 0)
}

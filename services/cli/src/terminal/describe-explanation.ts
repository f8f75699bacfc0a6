import type { Explanation, ExplanationEstimate, ExplanationLine } from '@spanledger/schemas/api/explanation'
import { warningText } from '@spanledger/schemas/warning-words'
import { table } from './table.ts'

/** An explanation for a person: everything that is needed to recompute the charge by hand. */
export function describeExplanation(explanation: Explanation): string {
  const { lines, revisions } = explanation
  const facts: [string, string][] = [
    ['at', explanation.at],
    ['tenant', explanation.tenant],
    ['provider', explanation.provider],
    ['model', models(explanation)],
    [
      'tags',
      Object.entries(explanation.attribution)
        .map(([name, value]) => `${name}=${value}`)
        .join(', '),
    ],
    ['state', explanation.price_state],
    ['matched by', explanation.matched_by],
    ['context band', explanation.context_band],
    ['service tier', explanation.service_tier],
    ['region', explanation.region],
    ['contract', explanation.contract_id],
    ['prices', explanation.price_version],
    ['sources', explanation.sources.join(', ')],
  ]
  const out = [`charge ${explanation.entry_id}`]
  for (const [name, value] of facts) if (value !== '') out.push(`  ${name.padEnd(13)}${value}`)
  for (const code of explanation.warnings) out.push(`  warning      ${code}: ${warningText(code)}`)
  out.push('')
  if (lines.length > 0) out.push(...linesTable(lines), '')
  out.push(`  cost        ${explanation.cost} USD`, `  list price  ${explanation.list_cost} USD`)
  if (explanation.reported_cost !== null)
    out.push(`  reported    ${explanation.reported_cost} USD, by the source itself`)
  if (explanation.estimate) out.push('', ...describeEstimate(explanation.estimate, explanation.accrued_cost))
  if (revisions.length > 1) {
    out.push('', `  ${revisions.length} entries, oldest first:`)
    const isAccrued = revisions.some((entry) => entry.accrued_cost !== '0')
    const rows = revisions.map((entry) => [
      entry.recorded_at,
      entry.kind,
      `revision ${entry.revision}`,
      entry.cost,
      ...(isAccrued ? [entry.accrued_cost] : []),
      entry.reason,
    ])
    const header = ['recorded', 'kind', '', 'USD', ...(isAccrued ? ['estimated'] : []), 'reason']
    out.push(...table(header, rows, new Set([3, ...(isAccrued ? [4] : [])])).map((row) => `    ${row}`))
  }
  return out.join('\n')
}

function linesTable(lines: readonly ExplanationLine[]): string[] {
  const columns = lineColumns.filter(({ shown }) => !shown || lines.some(shown))
  const numbers = columns.flatMap(({ number }, place) => (number ? [place] : []))
  return table(
    columns.map(({ name }) => name),
    lines.map((line) => columns.map(({ of }) => of(line))),
    new Set(numbers),
  ).map((row) => `  ${row}`)
}

interface LineColumn {
  readonly name: string
  readonly of: (line: ExplanationLine) => string
  readonly number?: boolean
  /** Left out unless some line has it. */
  readonly shown?: (line: ExplanationLine) => boolean
}

const lineColumns: readonly LineColumn[] = [
  { name: 'meter', of: ({ meter }) => meter },
  { name: 'quantity', of: ({ quantity }) => quantity, number: true },
  {
    name: 'x unit price',
    of: ({ unit_price, currency }) => (currency === 'USD' ? unit_price : `${unit_price} ${currency}`),
    number: true,
  },
  { name: '/ per', of: ({ per }) => String(per), number: true },
  {
    name: 'x rate',
    of: ({ fx }) => (fx ? `${fx.divides ? '/ ' : ''}${fx.rate}` : ''),
    number: true,
    shown: ({ fx }) => fx !== null,
  },
  { name: '= USD', of: ({ amount }) => amount, number: true },
  {
    name: 'list USD',
    of: ({ list_amount }) => list_amount,
    number: true,
    shown: ({ contract_id }) => contract_id !== '',
  },
  { name: 'contract', of: contractOf, shown: ({ contract_id }) => contract_id !== '' },
  { name: 'exchange rate', of: ({ fx }) => fx?.id ?? '', shown: ({ fx }) => fx !== null },
  { name: 'price row', of: ({ price_row }) => price_row },
]

/** How the contract makes the unit price. */
function contractOf({ contract_id, adjustment, list_price, meter }: ExplanationLine): string {
  if (contract_id === '') return ''
  if (adjustment !== '') return `${contract_id}: ${list_price} ${adjustment}`
  return `${contract_id}: ${meter === 'reported_cost' ? 'as reported' : 'fixed'}`
}

/** What a request without usage may have cost, and how that was come by. */
function describeEstimate(estimate: ExplanationEstimate, accrued: string): string[] {
  const head = `  estimated   ${accrued} USD, not in the cost: no usage was reported`
  if (estimate.by === 'series') {
    const { same, requests, cost, from, to } = estimate
    const alike = same.map((name) => name.replace('_', ' ')).join(', ')
    return [
      head,
      `    the mean of ${requests} requests with the same ${alike}, ${from} to ${to}: ${cost} USD / ${requests}`,
    ]
  }
  const { input_characters: input, output_characters: output, characters, tokens } = estimate
  const lengths = [input === null ? [] : `${input} characters sent`, output === null ? [] : `${output} answered`].flat()
  return [
    head,
    `    from ${lengths.join(' and ')}: x ${tokens} / ${characters} tokens a character, rounded up`,
    ...linesTable(estimate.lines).map((line) => `  ${line}`),
  ]
}

function models({ model, request_model, response_model }: Explanation): string {
  const others = [request_model && `asked for ${request_model}`, response_model && `answered by ${response_model}`]
  const said = others.filter((other) => other !== '' && !other.endsWith(` ${model}`))
  return said.length > 0 ? `${model} (${said.join(', ')})` : model
}

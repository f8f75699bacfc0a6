import { grouped } from '@spanledger/schemas/figure-text'
import { warningText } from '@spanledger/schemas/warning-words'
import type { Tokens } from './captures.ts'
import type { Lost, Measured } from './measure.ts'
import { dollarTable, inDollars } from './dollar-table.ts'
import { tableOf } from './table.ts'

/** One row of a table of figures: what was billed, what could be known, what the ledger has, what a naive reader gets. */
interface Figures {
  readonly name: string
  readonly billed: number
  readonly attainable: number
  readonly ledger: number
  /** Undefined: it makes no such distinction. */
  readonly naive: number | undefined
}

/** docs/accuracy.md: the same text for the same captures and the same ledger. */
export function accuracyReport(all: readonly Measured[]): string {
  return [head, summaryOf(all), inDollars(all), ...all.map(accuracySection)].join('\n')
}

const head = `# Accuracy

What the ledger makes of the telemetry of real instrumentations, token by token, against what the provider billed.

Each instrumentation below was installed from its package registry and run against a local provider that counts what it bills; what it sent was captured. \`pnpm accuracy\` posts these captures to the door of a real spanledger, each under a tenant of its own, reads the sums from ClickHouse and writes this page. They are sent as protobuf and again as JSON, with the same result. (The captures do not come with the project: the command says so where they are missing.)

- **billed**: what the provider counted, the truth.
- **attainable**: what is in the telemetry at all, and can be known by who reads it right. What an instrumentation does not send, nobody can read out of it.
- **ledger**: what spanledger charged. Its error is against what is attainable; the rest is the instrumentation's loss, and every charge that lost something says so in its warnings.
- **naive reader**: who adds up the counts of input and output tokens of all spans, under whatever name: one of each kind for a span, and none that hides in JSON inside an attribute. Its error is against what was billed.

Input is all input: what was read from a cache and written to one is in it. Reasoning is in the output.
`

function summaryOf(all: readonly Measured[]): string {
  const rows = all.map((measured) => {
    const [requests, input, output] = ['requests', 'input', 'output'].map(
      (name) => figuresOf(measured).find((each) => each.name === name) as Figures,
    ) as [Figures, Figures, Figures]
    return [
      `[${measured.capture.name}](#${measured.capture.name})`,
      `${requests.ledger} of ${requests.billed}`,
      both(input.ledger - input.attainable + output.ledger - output.attainable, [input.attainable, output.attainable]),
      both(input.attainable - input.billed + output.attainable - output.billed, [input.billed, output.billed]),
      percent((input.naive ?? 0) - input.billed, input.billed),
      percent((output.naive ?? 0) - output.billed, output.billed),
    ]
  })
  const header = ['telemetry of', 'requests', 'ledger', 'instrumentation', 'naive input', 'naive output']
  return [
    '## All at a glance',
    '',
    'Errors in tokens, input and output together where nothing else is said: of the ledger against what is attainable, of the instrumentation and of the naive reader against what was billed.',
    '',
    ...tableOf(header, rows, 1),
    '',
  ].join('\n')
}

function both(difference: number, of: readonly number[]): string {
  return error(
    difference,
    of.reduce((sum, each) => sum + each, 0),
  )
}

/** What the page says of one capture. */
export function accuracySection(measured: Measured): string {
  const { capture, ledger, lost } = measured
  const packages = Object.entries(capture.packages).map(([name, version]) => `${name} ${version}`)
  const refused = `${ledger.refused} of ${capture.refused_requests}`
  return [
    `## ${capture.name}`,
    '',
    `${capture.dialect}: ${packages.join(', ')}. Set up as: ${capture.how}.`,
    '',
    ...tableOf(
      ['', 'billed', 'attainable', 'ledger', 'error', 'naive reader', 'error'],
      figuresOf(measured).map(rowOf),
      1,
    ),
    '',
    ...dollarTable(measured),
    '',
    ...(capture.refused_requests > 0
      ? [`Requests that the provider refused cost nothing; the telemetry shows ${refused} as a request of its own.`, '']
      : []),
    ...lossesOf(lost),
    '',
  ].join('\n')
}

/** What the captured totals and sums say, as rows: totals of input first, then what is within. */
function figuresOf({ capture, ledger, naive }: Measured): Figures[] {
  const { totals_truth: truth, totals_attainable: attainable } = capture
  const row = (name: string, read: (tokens: Tokens) => number, naively?: number): Figures => ({
    name,
    billed: read(truth),
    attainable: read(attainable),
    ledger: read(ledger.tokens),
    naive: naively,
  })
  return [
    {
      name: 'requests',
      billed: capture.billable_requests,
      attainable: capture.usage_records_after_dedup,
      ledger: ledger.requests,
      naive: naive.requests,
    },
    row('input', inputOf, naive.input),
    row('read from a cache', ({ cache_read: read }) => read, naive.cache_read),
    row('written to a cache', writtenOf, naive.cache_write),
    row('… for 5 minutes', (tokens) => tokens.cache_write_5m),
    row('… for an hour', (tokens) => tokens.cache_write_1h),
    row('… for another time', ({ cache_write_other: other }) => other),
    row('output', ({ output }) => output, naive.output),
    row('reasoning', ({ reasoning }) => reasoning, naive.reasoning),
  ].filter(({ billed, ledger: known, naive: read }) => billed !== 0 || known !== 0 || (read ?? 0) !== 0)
}

function writtenOf(tokens: Tokens): number {
  return tokens.cache_write_5m + tokens.cache_write_1h + tokens.cache_write_other
}

function inputOf(tokens: Tokens): number {
  return tokens.input_uncached + tokens.cache_read + writtenOf(tokens)
}

function rowOf({ name, billed, attainable, ledger, naive }: Figures): string[] {
  return [
    name,
    grouped(String(billed)),
    grouped(String(attainable)),
    grouped(String(ledger)),
    error(ledger - attainable, attainable),
    naive === undefined ? '' : grouped(String(naive)),
    naive === undefined ? '' : error(naive - billed, billed),
  ]
}

/** `0`, or `+1,234 (+5.6 %)`. */
function error(difference: number, of: number): string {
  return difference === 0 ? '0' : `${signed(difference)} (${percent(difference, of)})`
}

function signed(value: number): string {
  return value < 0 ? `-${grouped(String(-value))}` : `+${grouped(String(value))}`
}

function percent(difference: number, of: number): string {
  if (difference === 0) return '0 %'
  return of === 0 ? 'of nothing' : `${difference > 0 ? '+' : ''}${((difference / of) * 100).toFixed(1)} %`
}

/** What says that counts are missing, or not what was billed; other warnings are about prices. */
const aboutCounts: ReadonlySet<string> = new Set(['PRODUCER_LOSSY', 'TTL_ASSUMED', 'USAGE_ESTIMATED', 'USAGE_MISSING'])

/** The warnings of a charge that say that something was lost; undefined: there is no charge. */
export function lossWarnings({ warnings }: Lost): string[] | undefined {
  return warnings?.filter((code) => aboutCounts.has(code)).toSorted()
}

function lossesOf(lost: readonly Lost[]): string[] {
  if (lost.length === 0) return ['Nothing is lost.']
  const codes = new Set(lost.flatMap((each) => lossWarnings(each) ?? []))
  return [
    'What the instrumentation lost, and what its charge says:',
    '',
    ...tableOf(
      ['request', 'lost', 'warnings on the charge'],
      lost.map((each) => [
        `${each.request.i}: ${each.request.endpoint}${each.request.stream ? ', stream' : ''}`,
        gapWords(each.request.telemetry?.gap),
        lossWarnings(each)
          ?.map((code) => `\`${code}\``)
          .join(', ') ?? noCharge(each.request),
      ]),
    ),
    ...[...codes].toSorted().flatMap((code) => ['', `\`${code}\`: ${warningText(code)}`]),
  ]
}

function noCharge({ telemetry }: Lost['request']): string {
  return telemetry?.span === null ? 'no charge: nothing was sent of it' : 'no charge'
}

function gapWords(gap: NonNullable<Lost['request']['telemetry']>['gap']): string {
  if (!gap) return ''
  if (typeof gap === 'string') return gap
  return Object.entries(gap)
    .map(([kind, { truth, attainable }]) => `${kind.replaceAll('_', ' ')} ${signed(attainable - truth)}`)
    .join(', ')
}

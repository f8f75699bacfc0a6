import { Exact } from '../prices/sheet.ts'
import type { Measured } from './measure.ts'
import { tableOf } from './table.ts'

/** The dollars of all captures at a glance, each error told apart: whose it is. */
export function inDollars(all: readonly Measured[]): string {
  const header = ['telemetry of', 'billed', 'attainable', 'ledger', 'error', 'naive reader', 'error']
  const sum = (read: (measured: Measured) => string) =>
    all.reduce((total, measured) => total.add(read(measured)), new Exact(0)).toFixed()
  const total = {
    billed: sum(({ dollars }) => dollars.billed),
    attainable: sum(({ dollars }) => dollars.attainable),
    ledger: sum(({ ledger }) => ledger.cost),
    naive: sum(({ dollars }) => dollars.naive),
  }
  const rows = all.map((measured) => [
    `[${measured.capture.name}](#${measured.capture.name})`,
    ...cellsOf(figuresOf(measured)),
  ])
  return [
    '## In dollars',
    '',
    'What the same requests cost at the prices of the catalogue. **Billed** and **attainable** were worked out without the ledger: by another reader of the price sheet and another decimal library, from what the provider counted and from what the telemetry can support. Both take a token once, at its own price. The ledger’s error is against what is attainable, and none of it may be its own; what lies between attainable and billed the instrumentation lost. The naive reader takes every count of input at the input price and every count of output at the output price, span by span; its error is against what was billed.',
    '',
    ...tableOf(header, [...rows, ['all', ...cellsOf(total)]], 1),
    '',
  ].join('\n')
}

/** The same of one capture, as rows below its tokens. */
export function dollarTable(measured: Measured): string[] {
  const { billed, attainable, ledger, naive } = figuresOf(measured)
  const row = (name: string, usd: string, against: string) => [name, usd, error(usd, against)]
  return tableOf(
    ['USD', '', 'error'],
    [
      ['billed', billed, ''],
      row('attainable', attainable, billed),
      row('ledger, of what is attainable', ledger, attainable),
      row('naive reader', naive, billed),
    ],
    1,
  )
}

interface DollarFigures {
  readonly billed: string
  readonly attainable: string
  readonly ledger: string
  readonly naive: string
}

function figuresOf({ dollars, ledger }: Measured): DollarFigures {
  return { ...dollars, ledger: ledger.cost }
}

function cellsOf({ billed, attainable, ledger, naive }: DollarFigures): string[] {
  return [billed, attainable, ledger, error(ledger, attainable), naive, error(naive, billed)]
}

/** `0`, or `+0.0125 (+5.6 %)`. */
function error(usd: string, against: string): string {
  const difference = new Exact(usd).sub(against)
  if (difference.isZero()) return '0'
  const sign = difference.isPositive() ? '+' : ''
  const percent = new Exact(against).isZero() ? 'of nothing' : `${sign}${difference.div(against).mul(100).toFixed(1)} %`
  return `${sign}${difference.toFixed()} (${percent})`
}

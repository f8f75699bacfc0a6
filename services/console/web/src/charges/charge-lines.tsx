import type { Explanation, ExplanationLine } from '@spanledger/schemas/api/explanation'
import { attoFromDecimal, decimalFromAtto } from '@spanledger/schemas/money'
import { exactCount } from '../figures/counts.ts'
import { exactDollars } from '../figures/dollars.ts'

/** What a charge is the sum of; or why it is nothing. */
export function ChargeLines({ charge }: { charge: Explanation }) {
  if (charge.lines.length > 0)
    return <LinesTable label="Lines of the charge" lines={charge.lines} inLedger={charge.cost} />
  if (charge.price_state !== 'unpriced') return <p>Nothing of it has a price.</p>
  return (
    <p>
      {charge.warnings.includes('USAGE_MISSING')
        ? 'No usage was reported: it is counted as unpriced, and charged when its usage arrives.'
        : 'There is no price for it: it is counted as unpriced, and charged when its price arrives.'}
    </p>
  )
}

interface LinesTableProps {
  readonly label: string
  readonly lines: readonly ExplanationLine[]
  /** What the ledger has, in USD. */
  readonly inLedger: string
}

/** Quantity x price / per (x rate) = amount, line by line, and their sum: enough to recompute it by hand. */
export function LinesTable({ label, lines, inLedger }: LinesTableProps) {
  const sum = decimalFromAtto(lines.reduce((atto, line) => atto + attoFromDecimal(line.amount), 0n))
  return (
    <div className="overflow-x-auto" role="region" aria-label={label} tabIndex={0}>
      <table className="w-full text-[13px]">
        <thead className="text-muted text-xs">
          <tr>
            <th className="py-1 text-left font-normal">Meter</th>
            <th className="hidden py-1 pl-3 text-right font-normal sm:table-cell">Quantity</th>
            <th className="hidden py-1 pl-3 text-right font-normal sm:table-cell">Price</th>
            <th className="py-1 pl-3 text-right font-normal">Amount</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Line key={`${line.meter} ${line.price_row}`} line={line} />
          ))}
        </tbody>
        <tfoot>
          <tr className="border-line border-t font-semibold">
            <th scope="row" className="py-1.5 text-left font-semibold">
              Sum
            </th>
            <td className="hidden sm:table-cell" colSpan={2} />
            <td className="py-1.5 pl-3 text-right whitespace-nowrap">{exactDollars(sum)}</td>
          </tr>
          {sum !== inLedger && (
            <tr className="text-bad">
              <th scope="row" className="py-1.5 text-left font-normal">
                In the ledger
              </th>
              <td className="hidden sm:table-cell" colSpan={2} />
              <td className="py-1.5 pl-3 text-right whitespace-nowrap">{exactDollars(inLedger)}</td>
            </tr>
          )}
        </tfoot>
      </table>
    </div>
  )
}

function Line({ line }: { line: ExplanationLine }) {
  const { fx } = line
  const price = fx ? `${line.unit_price} ${line.currency}` : exactDollars(line.unit_price)
  const rate = fx && `${fx.divides ? '/' : '×'} ${fx.rate}`
  const notes = [line.price_row, contractNote(line), fx?.id].filter(Boolean)
  return (
    <tr className="border-line border-t">
      <th scope="row" className="py-1.5 text-left font-normal">
        {line.meter.replaceAll('_', ' ')}
        <span className="figures block sm:hidden">
          {exactCount(line.quantity)} × {price} / {exactCount(String(line.per))} {rate}
        </span>
        {notes.map((note) => (
          <span key={note} className="text-muted block max-w-56 truncate text-xs" title={note ?? ''}>
            {note}
          </span>
        ))}
      </th>
      <td className="hidden py-1.5 pl-3 text-right align-top whitespace-nowrap sm:table-cell">
        {exactCount(line.quantity)}
      </td>
      <td className="hidden py-1.5 pl-3 text-right align-top whitespace-nowrap sm:table-cell">
        × {price}
        <span className="text-muted block text-xs">
          per {exactCount(String(line.per))} {rate}
        </span>
      </td>
      <td className="py-1.5 pl-3 text-right align-top whitespace-nowrap">{exactDollars(line.amount)}</td>
    </tr>
  )
}

/** How a contract makes the price of a line. */
function contractNote({ contract_id, adjustment, list_price, list_amount }: ExplanationLine): string {
  if (contract_id === '') return ''
  const made = adjustment === '' ? 'fixed' : `${list_price} ${adjustment}`
  return `contract ${contract_id}: ${made}, list ${exactDollars(list_amount)}`
}

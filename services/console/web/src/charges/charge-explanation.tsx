import type { Explanation, ExplanationLine } from '@spanledger/schemas/api/explanation'
import { attoFromDecimal, decimalFromAtto } from '@spanledger/schemas/money'
import type { ReactNode } from 'react'
import { exactCount } from '../figures/counts.ts'
import { dollars, exactDollars } from '../figures/dollars.ts'
import { dayOfYear, exactTimeOfDay } from '../figures/times.ts'
import { Badge } from '../parts/badge.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Facts } from './facts.tsx'
import { Revisions } from './revisions.tsx'
import { stateTones, warningText } from './words.ts'

/** A charge with everything that is needed to recompute it by hand. */
export function ChargeExplanation({ charge, timeZone }: { charge: Explanation; timeZone: string }) {
  const at = Date.parse(charge.at)
  const command = `spanledger explain ${charge.entry_id}`
  return (
    <div className="space-y-6 px-5 py-4">
      <div>
        <div className="flex flex-wrap items-start justify-between gap-x-4">
          <div className="min-w-0">
            <p className="text-lg font-semibold break-words">{charge.model || 'no model'}</p>
            <p className="text-muted">
              {charge.provider} · {dayOfYear(at, timeZone)}, {exactTimeOfDay(at, timeZone)} {timeZone}
            </p>
          </div>
          <p className="figures text-2xl font-semibold tracking-tight" title={exactDollars(charge.cost)}>
            {dollars(charge.cost)}
          </p>
        </div>
        <p className="mt-1.5 flex flex-wrap gap-1.5">
          <Badge tone={stateTones[charge.price_state] ?? 'plain'}>{charge.price_state}</Badge>
          {charge.revisions.length > 1 && <Badge tone="plain">corrected</Badge>}
        </p>
      </div>

      {charge.warnings.length > 0 && (
        <Part title="To be aware of">
          <ul className="space-y-1.5">
            {charge.warnings.map((code) => (
              <li key={code} className="bg-warn-ground text-warn rounded-md px-3 py-2">
                {warningText(code)} <code className="text-xs whitespace-nowrap">{code}</code>
              </li>
            ))}
          </ul>
        </Part>
      )}

      <Part title="The sum">
        <Lines charge={charge} />
      </Part>
      <Part title="Where the prices come from">
        <Facts charge={charge} />
      </Part>
      <Part title={charge.revisions.length > 1 ? 'Every entry of this charge' : 'Its entry in the ledger'}>
        <Revisions charge={charge} timeZone={timeZone} />
      </Part>
      <div className="flex items-center gap-2">
        <code className="bg-hover min-w-0 flex-1 truncate rounded-md px-3 py-1.5 text-xs">{command}</code>
        <CopyButton label="Copy the command" text={() => command} />
      </div>
    </div>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="text-muted mb-1.5 text-xs font-medium">{title}</h3>
      {children}
    </section>
  )
}

function Lines({ charge }: { charge: Explanation }) {
  if (charge.lines.length === 0) {
    return (
      <p>
        {charge.price_state === 'unpriced'
          ? 'There is no price for it: it is counted as unpriced, and charged when its price arrives.'
          : 'Nothing of it has a price.'}
      </p>
    )
  }
  const sum = decimalFromAtto(charge.lines.reduce((atto, line) => atto + attoFromDecimal(line.amount), 0n))
  return (
    <div className="overflow-x-auto" role="region" aria-label="Lines of the charge" tabIndex={0}>
      <table className="w-full text-[13px]">
        <thead className="text-muted text-xs">
          <tr>
            <th className="py-1 text-left font-normal">Meter</th>
            <th className="py-1 pl-3 text-right font-normal">Quantity</th>
            <th className="py-1 pl-3 text-right font-normal">Price</th>
            <th className="py-1 pl-3 text-right font-normal">Amount</th>
          </tr>
        </thead>
        <tbody>
          {charge.lines.map((line) => (
            <Line key={`${line.meter} ${line.price_row}`} line={line} />
          ))}
        </tbody>
        <tfoot>
          <tr className="border-line border-t font-semibold">
            <th scope="row" colSpan={3} className="py-1.5 text-left font-semibold">
              Sum
            </th>
            <td className="py-1.5 pl-3 text-right whitespace-nowrap">{exactDollars(sum)}</td>
          </tr>
          {sum !== charge.cost && (
            <tr className="text-bad">
              <th scope="row" colSpan={3} className="py-1.5 text-left font-normal">
                In the ledger
              </th>
              <td className="py-1.5 pl-3 text-right whitespace-nowrap">{exactDollars(charge.cost)}</td>
            </tr>
          )}
        </tfoot>
      </table>
    </div>
  )
}

function Line({ line }: { line: ExplanationLine }) {
  return (
    <tr className="border-line border-t">
      <th scope="row" className="py-1.5 text-left font-normal">
        {line.meter.replaceAll('_', ' ')}
        <span className="text-muted block max-w-56 truncate text-xs" title={line.price_row}>
          {line.price_row}
        </span>
      </th>
      <td className="py-1.5 pl-3 text-right align-top whitespace-nowrap">{exactCount(line.quantity)}</td>
      <td className="py-1.5 pl-3 text-right align-top whitespace-nowrap">
        × {exactDollars(line.unit_price)}
        <span className="text-muted block text-xs">per {exactCount(String(line.per))}</span>
      </td>
      <td className="py-1.5 pl-3 text-right align-top whitespace-nowrap">{exactDollars(line.amount)}</td>
    </tr>
  )
}

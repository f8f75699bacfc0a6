import type { AtRisk, Unpriced, UnpricedItem } from '@spanledger/schemas/api/unpriced'
import { warningText } from '@spanledger/schemas/warning-words'
import { useState } from 'react'
import { counted, exactCount, shortCount } from '../figures/counts.ts'
import { dollars, exactDollars } from '../figures/dollars.ts'
import { pointInTime } from '../figures/times.ts'
import { UnpricedAdvice } from './unpriced-advice.tsx'

const shownItems = 8

interface UnpricedPanelProps {
  readonly unpriced: Unpriced
  readonly now: number
  readonly timeZone: string
}

/** The queue of what has no price: what it may cost, and what to do about the one that is chosen. Nothing where all has one. */
export function UnpricedPanel({ unpriced: { days, items, total }, now, timeZone }: UnpricedPanelProps) {
  const [chosen, choose] = useState('')
  const [first] = items
  if (first === undefined) return null
  const open = items.find((item) => keyOf(item) === chosen) ?? first
  return (
    <section aria-labelledby="unpriced-title" className="panel">
      <h2 id="unpriced-title" className="px-4 pt-3 font-semibold">
        Without a price{' '}
        <span className="text-muted font-normal">
          {counted(total.requests, 'request')} of the last {days} days {total.requests === '1' ? 'is' : 'are'} in no
          cost
          {total.at_risk_usd !== '0' && `: perhaps ${dollars(total.at_risk_usd)}, an estimate`}
        </span>
      </h2>
      <div className="overflow-x-auto px-4 pt-1 pb-2" role="region" aria-label="Models without a price" tabIndex={0}>
        <table className="w-full text-[13px]">
          <thead className="text-muted text-xs">
            <tr>
              <th className="py-1.5 text-left font-normal">Model</th>
              <th className="hidden py-1.5 pl-3 text-left font-normal sm:table-cell">Why</th>
              <th className="py-1.5 pl-3 text-right font-normal">Requests</th>
              <th className="py-1.5 pl-3 text-right font-normal">Tokens</th>
              <th className="py-1.5 pl-3 text-right font-normal">Perhaps</th>
              <th className="py-1.5 pl-3 text-right font-normal">Last seen</th>
            </tr>
          </thead>
          <tbody>
            {items.slice(0, shownItems).map((item) => (
              <UnpricedRow
                key={keyOf(item)}
                item={item}
                isOpen={item === open}
                open={() => choose(keyOf(item))}
                seen={pointInTime(Date.parse(item.last_seen), now, timeZone)}
                since={pointInTime(Date.parse(item.first_seen), now, timeZone)}
              />
            ))}
          </tbody>
        </table>
        {items.length > shownItems && (
          <p className="text-muted pt-1.5 text-xs">
            and {items.length - shownItems} more: <code>spanledger unpriced</code> lists them all
          </p>
        )}
      </div>
      <UnpricedAdvice item={open} />
    </section>
  )
}

function keyOf({ tenant, provider, model, warning }: UnpricedItem): string {
  return JSON.stringify([tenant, provider, model, warning])
}

interface UnpricedRowProps {
  readonly item: UnpricedItem
  readonly isOpen: boolean
  readonly open: () => void
  readonly seen: string
  readonly since: string
}

function UnpricedRow({ item, isOpen, open, seen, since }: UnpricedRowProps) {
  const { model, provider, tenant, warning, requests, unpriced_tokens, at_risk } = item
  return (
    <tr className={`border-line border-t ${isOpen ? 'bg-hover' : ''}`}>
      <th scope="row" className="max-w-32 py-1.5 text-left font-normal sm:max-w-64">
        <button
          type="button"
          aria-pressed={isOpen}
          onClick={open}
          className="block max-w-full cursor-pointer truncate text-left underline-offset-2 hover:underline"
          title={`${provider} ${model}${tenant === 'default' ? '' : `, tenant ${tenant}`}`}
        >
          {model === '' ? 'no model' : model}
          <span className="text-muted block truncate text-xs">{provider}</span>
        </button>
      </th>
      <td className="hidden py-1.5 pl-3 sm:table-cell" title={warning}>
        {warningText(warning) || 'No price.'}
      </td>
      <td className="py-1.5 pl-3 text-right" title={exactCount(requests)}>
        {shortCount(requests)}
      </td>
      <td className="py-1.5 pl-3 text-right" title={exactCount(unpriced_tokens)}>
        {shortCount(unpriced_tokens)}
      </td>
      <td
        className="text-warn py-1.5 pl-3 text-right whitespace-nowrap"
        title={at_risk ? exactDollars(at_risk.usd) : ''}
      >
        {at_risk ? dollars(at_risk.usd) : '?'}
        {at_risk && <Band {...at_risk} />}
      </td>
      <td className="text-muted py-1.5 pl-3 text-right whitespace-nowrap" title={`since ${since}`}>
        {seen}
      </td>
    </tr>
  )
}

function Band({ low_usd, high_usd }: AtRisk) {
  if (low_usd === null || high_usd === null || low_usd === high_usd) return null
  return (
    <span className="text-muted block text-xs">
      {dollars(low_usd)} – {dollars(high_usd)}
    </span>
  )
}

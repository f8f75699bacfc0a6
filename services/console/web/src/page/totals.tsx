import type { ChargeFilter } from '@spanledger/schemas/api/choices'
import type { Summary } from '@spanledger/schemas/api/summary'
import { attoFromDecimal, decimalFromAtto, divideHalfEven } from '@spanledger/schemas/money'
import type { ReactNode } from 'react'
import { hrefOf, showView } from '../address.ts'
import { counted, exactCount, percent, shortCount } from '../figures/counts.ts'
import { dollars, exactDollars } from '../figures/dollars.ts'

/** The sums of the window. What is not in them stands right beside them. */
export function Totals({ summary }: { summary: Summary }) {
  const { total, untagged } = summary
  const savedIsLoss = summary.saved_by_caching.startsWith('-')
  return (
    <section aria-label="Totals" className="panel">
      <dl className="divide-line grid grid-cols-2 sm:grid-cols-3 lg:grid-cols-[1.6fr_1fr_1.5fr_1fr_1fr] lg:divide-x">
        <Figure
          name="Spend"
          value={<span title={exactDollars(total.cost)}>{dollars(total.cost)}</span>}
          large
          className="col-span-2 sm:col-span-1"
        >
          {perRequest(total) !== null && <span>{perRequest(total)} per priced request</span>}
          {total.list_cost !== total.cost && (
            <span title={exactDollars(total.list_cost)}>{dollars(total.list_cost)} at list prices</span>
          )}
          {total.accrued_cost !== '0' && (
            <span title={exactDollars(total.accrued_cost)} data-estimated="">
              + {dollars(total.accrued_cost)} estimated for {counted(summary.estimated_requests, 'request')} without
              usage
            </span>
          )}
        </Figure>
        <Figure name="Requests" value={<span title={exactCount(total.requests)}>{shortCount(total.requests)}</span>} />
        <Figure name="Tokens" value={tokens(total)}>
          <span title={`${exactCount(total.input_tokens)} input tokens, cached ones among them`}>
            {shortCount(total.input_tokens)} in
          </span>
          <span title={`${exactCount(total.output_tokens)} output tokens`}>{shortCount(total.output_tokens)} out</span>
          <span title={`${exactCount(total.cache_write_tokens)} input tokens written to caches`}>
            {shortCount(total.cache_write_tokens)} written to cache
          </span>
        </Figure>
        <Figure
          name={savedIsLoss ? 'Lost by caching' : 'Saved by caching'}
          value={
            <span title={exactDollars(summary.saved_by_caching)}>
              {dollars(summary.saved_by_caching.replace('-', ''))}
            </span>
          }
        >
          <span title={exactDollars(total.cost_without_cache)}>{dollars(total.cost_without_cache)} without</span>
        </Figure>
        <Figure name="Cache-hit ratio" value={percent(summary.cache_hit_ratio)}>
          <span title={`${exactCount(total.cache_read_tokens)} of ${exactCount(total.input_tokens)} input tokens`}>
            {shortCount(total.cache_read_tokens)} read
          </span>
        </Figure>
      </dl>
      <div className="border-line flex flex-wrap gap-2 border-t px-4 py-2.5">
        <Gap filter="unpriced" open={total.unpriced_requests !== '0' || total.unpriced_tokens !== '0'}>
          {total.unpriced_requests === '0' && total.unpriced_tokens === '0' ? (
            '0 unpriced'
          ) : (
            <>
              <b className="font-semibold">{shortCount(total.unpriced_requests)} unpriced</b>
              {total.unpriced_tokens === '0'
                ? ': no usage was reported'
                : `: ${counted(total.unpriced_tokens, 'token')} not in the spend`}
            </>
          )}
        </Gap>
        <Gap filter="untagged" open={untagged.requests !== '0'}>
          {untagged.requests === '0' ? (
            '0 untagged'
          ) : (
            <>
              <b className="font-semibold">{shortCount(untagged.requests)} untagged</b>
              {': '}
              <span title={exactDollars(untagged.cost)}>{dollars(untagged.cost)}</span>
              {' without team or feature'}
            </>
          )}
        </Gap>
      </div>
    </section>
  )
}

/** null when nothing has a price. */
function perRequest(total: Summary['total']): string | null {
  const priced = BigInt(total.requests) - BigInt(total.unpriced_requests)
  return priced > 0n ? dollars(decimalFromAtto(divideHalfEven(attoFromDecimal(total.cost), priced))) : null
}

function tokens(total: Summary['total']): ReactNode {
  const sum = (BigInt(total.input_tokens) + BigInt(total.output_tokens)).toString()
  return <span title={exactCount(sum)}>{shortCount(sum)}</span>
}

interface FigureProps {
  readonly name: string
  readonly value: ReactNode
  readonly large?: boolean
  readonly className?: string
  readonly children?: ReactNode
}

function Figure({ name, value, large = false, className = '', children }: FigureProps) {
  return (
    <div className={`px-4 py-3 ${className}`}>
      <dt className="text-muted text-xs">{name}</dt>
      <dd className={`mt-0.5 font-semibold tracking-tight ${large ? 'text-3xl' : 'text-xl leading-9'}`}>{value}</dd>
      <dd className="text-muted mt-0.5 flex sm:min-h-4 flex-wrap gap-x-2.5 text-xs">{children}</dd>
    </div>
  )
}

/** What is missing from the figures, as a way to see it below. */
function Gap({ filter, open, children }: { filter: ChargeFilter; open: boolean; children: ReactNode }) {
  return (
    <a
      href={`${hrefOf({ show: filter })}#charges`}
      onClick={() => showView({ show: filter })}
      data-gap={filter}
      className={`figures rounded-md px-2 py-1 text-[13px] hover:underline ${open ? 'bg-warn-ground text-warn' : 'bg-hover text-muted'}`}
    >
      {children}
    </a>
  )
}

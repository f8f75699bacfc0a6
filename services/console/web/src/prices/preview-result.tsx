import type { PriceChangeSums, PricePreview } from '@spanledger/schemas/api/prices'
import { utcMinute } from '@spanledger/schemas/figure-text'
import { decimalFromAtto, attoFromDecimal } from '@spanledger/schemas/money'
import { exactCount, shortCount } from '../figures/counts.ts'
import { dollars, exactDollars } from '../figures/dollars.ts'

/** What recent charges would have cost: nothing of it is written. */
export function PreviewResult({ preview: { window, whole, total, models } }: { preview: PricePreview }) {
  const since = utcMinute(Date.parse(window.from))
  return (
    <div role="region" aria-label="Preview" className="border-line space-y-2 border-t pt-3 text-[13px]">
      <p>
        {total.charges === '0' ? (
          `Nothing was charged since ${since}: there is nothing to try it on.`
        ) : (
          <>
            <b className="font-semibold">
              {total.changed === '0'
                ? 'Nothing changes'
                : `${exactCount(total.changed)} of ${exactCount(total.charges)} charges change`}
            </b>{' '}
            of {whole ? 'all' : 'the newest'} since {since}.
            {total.changed !== '0' && (
              <>
                {' '}
                <span title={exactDollars(total.cost_now)}>{dollars(total.cost_now)}</span> become{' '}
                <span title={exactDollars(total.cost_then)}>{dollars(total.cost_then)}</span> ({difference(total)}).
              </>
            )}
            {total.newly_priced !== '0' && (
              <span className="text-good"> {exactCount(total.newly_priced)} get a price that had none.</span>
            )}
            {total.newly_unpriced !== '0' && (
              <span className="text-bad"> {exactCount(total.newly_unpriced)} lose their price.</span>
            )}
          </>
        )}
      </p>
      {models.length > 0 && <Models models={models} />}
      <p className="text-muted">
        What was charged stays as it is: <code>spanledger reprice</code> applies prices to the past. Only charges
        without a price are given one by themselves. Cost pools are not tried: they are settled by the hour.
      </p>
    </div>
  )
}

function Models({ models }: Pick<PricePreview, 'models'>) {
  return (
    <div className="overflow-x-auto" role="region" aria-label="Preview by model" tabIndex={0}>
      <table className="w-full">
        <thead className="text-muted text-xs">
          <tr>
            <th className="py-1.5 text-left font-normal">Model</th>
            <th className="py-1.5 pl-3 text-right font-normal max-sm:hidden">Charges</th>
            <th className="py-1.5 pl-3 text-right font-normal">Now</th>
            <th className="py-1.5 pl-3 text-right font-normal">Then</th>
            <th className="py-1.5 pl-3 text-right font-normal">Difference</th>
          </tr>
        </thead>
        <tbody>
          {models.map((each) => (
            <tr key={`${each.provider}/${each.model}`} className="border-line border-t">
              <th scope="row" className="max-w-48 truncate py-1.5 text-left font-normal" title={each.model}>
                {each.model} <span className="text-muted text-xs">{each.provider}</span>
              </th>
              <td className="py-1.5 pl-3 text-right max-sm:hidden" title={`${exactCount(each.changed)} change`}>
                {shortCount(each.charges)}
              </td>
              <Cost cost={each.cost_now} unpriced={each.unpriced_now} />
              <Cost cost={each.cost_then} unpriced={each.unpriced_then} />
              <td className="py-1.5 pl-3 text-right whitespace-nowrap">{difference(each)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Cost({ cost, unpriced }: { cost: string; unpriced: string }) {
  return (
    <td className="py-1.5 pl-3 text-right whitespace-nowrap" title={exactDollars(cost)}>
      {cost === '0' && unpriced !== '0' ? <span className="text-warn">no price</span> : dollars(cost)}
      {cost !== '0' && unpriced !== '0' && (
        <span className="text-warn block text-xs">{shortCount(unpriced)} unpriced</span>
      )}
    </td>
  )
}

function difference({ cost_now: now, cost_then: after }: PriceChangeSums): string {
  const atto = attoFromDecimal(after) - attoFromDecimal(now)
  return `${atto > 0n ? '+' : ''}${dollars(decimalFromAtto(atto))}`
}

import type { SpendDimension } from '@spanledger/schemas/api/choices'
import type { Spend } from '@spanledger/schemas/api/spend'
import { exactCount, percent, shortCount } from '../figures/counts.ts'
import { dollars, exactDollars } from '../figures/dollars.ts'
import { EstimateSwatch } from '../parts/estimate-swatch.tsx'
import { ViewLink } from '../parts/view-link.tsx'
import { dimensionName, sliceName } from './names.ts'

/** The legend, which is also the chart as figures. */
export function SliceTable({ spend, colors }: { spend: Spend; colors: readonly string[] }) {
  const { slices, total } = spend
  return (
    <div className="overflow-x-auto px-4 pt-1 pb-3" role="region" aria-label="Spend by slice" tabIndex={0}>
      <table className="w-full text-[13px]">
        <thead className="text-muted text-xs">
          <tr>
            <th className="py-1.5 text-left font-normal">
              {slices.length === 0 ? 'Nothing here yet' : dimensionName(spend.by)}
            </th>
            <th className="py-1.5 pl-3 text-right font-normal">Spend</th>
            <th className="py-1.5 pl-3 text-right font-normal" title="Share of the spend">
              Share
            </th>
            <th className="py-1.5 pl-3 text-right font-normal" title="Requests without a price: not in the spend">
              Unpriced
            </th>
          </tr>
        </thead>
        <tbody>
          {slices.map((slice, index) => (
            <tr key={`${slice.key === null ? 'rest' : `key ${slice.key}`}`} className="border-line border-t">
              <th scope="row" className="max-w-40 py-1.5 text-left font-normal">
                <span className="flex items-center gap-2">
                  <span className="size-2.5 shrink-0 rounded-[3px]" style={{ background: `var(${colors[index]})` }} />
                  <SliceName by={spend.by} value={slice.key} />
                </span>
              </th>
              <td className="py-1.5 pl-3 text-right whitespace-nowrap" title={exactDollars(slice.total.cost)}>
                {slice.total.cost === '0' && slice.total.unpriced_tokens !== '0' ? (
                  <span className="text-warn">no price</span>
                ) : (
                  dollars(slice.total.cost)
                )}
                <Estimated usd={slice.total.accrued_cost} />
              </td>
              <td className="text-muted py-1.5 pl-3 text-right whitespace-nowrap">
                {percent(total.cost === '0' ? null : Number(slice.total.cost) / Number(total.cost))}
              </td>
              <td
                className={`py-1.5 pl-3 text-right ${slice.total.unpriced_requests === '0' ? 'text-muted' : 'text-warn font-medium'}`}
                title={`${exactCount(slice.total.unpriced_requests)} of ${exactCount(slice.total.requests)} requests`}
              >
                {shortCount(slice.total.unpriced_requests)}
              </td>
            </tr>
          ))}
        </tbody>
        {slices.length > 0 && (
          <tfoot>
            <tr className="border-line border-t font-semibold">
              <th scope="row" className="py-1.5 text-left font-semibold">
                Total
              </th>
              <td className="py-1.5 pl-3 text-right whitespace-nowrap" title={exactDollars(total.cost)}>
                {dollars(total.cost)}
              </td>
              <td />
              <td className="py-1.5 pl-3 text-right">{shortCount(total.unpriced_requests)}</td>
            </tr>
            {total.accrued_cost !== '0' && (
              <tr className="text-muted">
                <th scope="row" className="py-1.5 text-left font-normal">
                  <span className="flex items-center gap-2">
                    <EstimateSwatch />
                    Estimated, no usage
                  </span>
                </th>
                <td className="py-1.5 pl-3 text-right whitespace-nowrap" title={exactDollars(total.accrued_cost)}>
                  + {dollars(total.accrued_cost)}
                </td>
                <td colSpan={2} />
              </tr>
            )}
          </tfoot>
        )}
      </table>
    </div>
  )
}

/** Beside the spend, never in it. */
function Estimated({ usd }: { usd: string }) {
  if (usd === '0') return null
  return (
    <span
      title={`${exactDollars(usd)}, estimated for requests without usage: not in the spend`}
      className="text-muted block text-xs"
    >
      + {dollars(usd)} est.
    </span>
  )
}

/** Where to look next, once the figures are those of one value of a dimension. */
const lookNext: Readonly<Partial<Record<SpendDimension, SpendDimension>>> = {
  model: 'team',
  team: 'feature',
  feature: 'model',
  provider: 'model',
  customer: 'model',
}

/** A slice by its name: a press narrows the page to it. */
function SliceName({ by, value }: { by: SpendDimension; value: string | null }) {
  const name = sliceName(value)
  const next = lookNext[by]
  if (value === null || next === undefined) return <span className="truncate">{name}</span>
  return (
    <ViewLink change={{ [by]: value, by: next }} title={`Only ${name}`} className="truncate hover:underline">
      {name}
    </ViewLink>
  )
}

import type { Coverage, Covered, CoveredDimension, ServiceCoverage } from '@spanledger/schemas/api/coverage'
import { coveredDimensions } from '@spanledger/schemas/api/coverage'
import { exactCount, percent, shortCount } from '../figures/counts.ts'
import { dollars, exactDollars } from '../figures/dollars.ts'
import { CoverageAdvice } from './coverage-advice.tsx'

const names: Readonly<Record<CoveredDimension, string>> = {
  team: 'Team',
  feature: 'Feature',
  customer: 'Customer',
  user: 'User',
}

/** Which services say whose their requests are, the worst first, and what to do about it. */
export function CoveragePanel({ coverage }: { coverage: Coverage | undefined }) {
  return (
    <section aria-labelledby="coverage-title" className="panel">
      <h2 id="coverage-title" className="px-4 pt-3 font-semibold">
        Tag coverage{' '}
        <span className="text-muted font-normal">share of spend, and of requests, that says whose it is</span>
      </h2>
      {coverage ? <CoverageTable coverage={coverage} /> : <div className="h-44" />}
      {coverage && <CoverageAdvice services={coverage.services} />}
    </section>
  )
}

function CoverageTable({ coverage: { services, all } }: { coverage: Coverage }) {
  return (
    <div className="overflow-x-auto px-4 pt-1 pb-2" role="region" aria-label="Tag coverage by service" tabIndex={0}>
      <table className="w-full text-[13px]">
        <thead className="text-muted text-xs">
          <tr>
            <th className="py-1.5 text-left font-normal">{services.length === 0 ? 'Nothing here yet' : 'Service'}</th>
            <th className="py-1.5 pl-3 text-right font-normal">Spend</th>
            {coveredDimensions.map((dimension) => (
              <th key={dimension} className="py-1.5 pl-3 text-right font-normal">
                {names[dimension]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {services.map((each) => (
            <CoverageRow key={each.service === null ? 'rest' : `service ${each.service}`} covered={each}>
              {serviceName(each)}
            </CoverageRow>
          ))}
        </tbody>
        {services.length > 1 && (
          <tfoot className="font-semibold">
            <CoverageRow covered={all} isSum>
              All services
            </CoverageRow>
          </tfoot>
        )}
      </table>
    </div>
  )
}

function serviceName({ service }: ServiceCoverage): string {
  if (service === null) return 'everything else'
  return service === '' ? 'no service.name' : service
}

interface CoverageRowProps {
  readonly covered: Covered
  readonly isSum?: boolean
  readonly children: string
}

function CoverageRow({ covered, isSum = false, children }: CoverageRowProps) {
  const { total } = covered
  return (
    <tr className="border-line border-t">
      <th scope="row" className={`max-w-48 truncate py-1.5 text-left ${isSum ? '' : 'font-normal'}`} title={children}>
        {children}
      </th>
      <td className="py-1.5 pl-3 text-right whitespace-nowrap" title={exactDollars(total.cost)}>
        {total.cost === '0' && total.unpriced_requests !== '0' ? (
          <span className="text-warn">no price</span>
        ) : (
          dollars(total.cost)
        )}
        {total.unpriced_requests !== '0' && (
          <span
            className="text-warn block text-xs font-normal"
            title={`${exactCount(total.unpriced_requests)} requests without a price: not in the spend`}
          >
            {shortCount(total.unpriced_requests)} unpriced
          </span>
        )}
      </td>
      {coveredDimensions.map((dimension) => (
        <CoverageCell key={dimension} covered={covered} dimension={dimension} />
      ))}
    </tr>
  )
}

/** A team and a feature are expected of everything; customers and users not every service has. */
const expected: ReadonlySet<CoveredDimension> = new Set(['team', 'feature'])

function CoverageCell({ covered, dimension }: { covered: Covered; dimension: CoveredDimension }) {
  const { total, with: said } = covered
  const { cost, requests } = said[dimension]
  const ofRequests = ratio(requests, total.requests)
  const ofSpend = ratio(cost, total.cost) ?? ofRequests
  const isShort = expected.has(dimension) && ((ofSpend ?? 1) < 1 || (ofRequests ?? 1) < 1)
  const title = `${exactDollars(cost)} of ${exactDollars(total.cost)}, ${exactCount(requests)} of ${exactCount(total.requests)} requests`
  return (
    <td className="py-1.5 pl-3 text-right whitespace-nowrap" title={title}>
      <span className={isShort ? 'text-warn font-medium' : ofSpend === 0 ? 'text-muted' : ''}>{share(ofSpend)}</span>
      {share(ofRequests) !== share(ofSpend) && (
        <span className="text-muted block text-xs font-normal">{share(ofRequests)} of req.</span>
      )}
    </td>
  )
}

/** Of two exact figures: for reading only. null where there is nothing to be a share of. */
function ratio(part: string, whole: string): number | null {
  return Number(whole) === 0 ? null : Number(part) / Number(whole)
}

/** Never 100 % of what is not all of it, nor 0 % of what is not nothing. */
function share(value: number | null): string {
  if (value === null || value === 0 || value === 1) return value === null ? '–' : `${value * 100} %`
  return percent(Math.min(0.999, Math.max(0.001, value)))
}

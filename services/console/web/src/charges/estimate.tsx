import type { Explanation, ExplanationEstimate } from '@spanledger/schemas/api/explanation'
import { counted, exactCount } from '../figures/counts.ts'
import { exactDollars } from '../figures/dollars.ts'
import { EstimateSwatch } from '../parts/estimate-swatch.tsx'
import { LinesTable } from './charge-lines.tsx'

/** What a request without usage may have cost, and how that was come by. */
export function Estimate({ estimate, charge }: { estimate: ExplanationEstimate; charge: Explanation }) {
  return (
    <div className="space-y-2">
      <p className="flex items-baseline gap-2">
        <EstimateSwatch />
        <span>
          <b className="font-semibold">{exactDollars(charge.accrued_cost)}</b>, which is in no cost. It is taken back
          when usage is reported.
        </span>
      </p>
      {estimate.by === 'characters' ? (
        <>
          <p className="text-muted">
            {lengthsOf(estimate)}; {exactCount(String(estimate.characters))} characters were taken for{' '}
            {counted(String(estimate.tokens), 'token')}, rounded up.
          </p>
          <LinesTable label="Lines of the estimate" lines={estimate.lines} inLedger={charge.accrued_cost} />
        </>
      ) : (
        <p className="text-muted">
          The mean of {counted(estimate.requests, 'request')} with the same{' '}
          {estimate.same.map((name) => name.replace('_', ' ')).join(', ')} from {estimate.from} to {estimate.to}:{' '}
          {exactDollars(estimate.cost)} / {exactCount(estimate.requests)}.
        </p>
      )}
    </div>
  )
}

function lengthsOf({ input_characters, output_characters }: ExplanationEstimate & { by: 'characters' }): string {
  const known = [
    input_characters === null ? [] : `${counted(String(input_characters), 'character')} sent`,
    output_characters === null ? [] : `${counted(String(output_characters), 'character')} answered`,
  ]
  return known.flat().join(', ')
}

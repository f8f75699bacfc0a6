import type { AlertExplanationView } from '@spanledger/schemas/api/alerts'
import { percent } from '../figures/counts.ts'
import { dollars, exactDollars } from '../figures/dollars.ts'

interface ContributorsProps {
  readonly contributors: AlertExplanationView['contributors']
  readonly unit: AlertExplanationView['unit']
}

/** Largest first, with their shares as lengths. */
export function Contributors({ contributors, unit }: ContributorsProps) {
  return (
    <>
      <ul className="space-y-2">
        {contributors.map(({ dimension, value, share, usd }) => (
          <li key={`${dimension} ${value}`}>
            <p className="flex items-baseline justify-between gap-3 text-[13px]">
              <span className="min-w-0 truncate">
                <span className="text-muted">{dimension}</span> {value || 'not given'}
              </span>
              <span className="figures shrink-0">
                {(unit !== 'requests' || usd !== '0') && <span title={exactDollars(usd)}>{dollars(usd)} </span>}
                <b className="font-semibold">{percent(Number(share))}</b>
              </span>
            </p>
            <div aria-hidden="true" className="bg-hover mt-0.5 h-2 rounded-sm">
              <div
                className="bg-accent h-2 rounded-sm"
                style={{ width: `${Math.min(100, Math.max(0.5, Number(share) * 100))}%` }}
              />
            </div>
          </li>
        ))}
      </ul>
      {contributors.some(({ share }) => Number(share) > 1) && (
        <p className="text-muted mt-2 text-xs">More than 100 %: everything else cost less than expected.</p>
      )}
    </>
  )
}

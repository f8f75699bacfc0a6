import type { Explanation } from '@spanledger/schemas/api/explanation'
import { warningText } from '@spanledger/schemas/warning-words'
import { dollars, exactDollars } from '../figures/dollars.ts'
import { dayOfYear, exactTimeOfDay } from '../figures/times.ts'
import { Badge } from '../parts/badge.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { DrawerPart as Part } from '../parts/drawer.tsx'
import { ChargeLines } from './charge-lines.tsx'
import { Estimate } from './estimate.tsx'
import { Facts } from './facts.tsx'
import { Revisions } from './revisions.tsx'
import { stateTones } from './words.ts'

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
          <div className="text-right">
            <p className="figures text-2xl font-semibold tracking-tight">{exactDollars(charge.cost)}</p>
            {charge.accrued_cost !== '0' && (
              <p className="text-muted figures" title={exactDollars(charge.accrued_cost)}>
                + {dollars(charge.accrued_cost)} estimated
              </p>
            )}
          </div>
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
        <ChargeLines charge={charge} />
      </Part>
      {charge.estimate && (
        <Part title="The estimate">
          <Estimate estimate={charge.estimate} charge={charge} />
        </Part>
      )}
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

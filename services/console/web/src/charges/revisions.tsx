import type { Explanation } from '@spanledger/schemas/api/explanation'
import { exactDollars } from '../figures/dollars.ts'
import { dayOfYear, exactTimeOfDay } from '../figures/times.ts'

/** The entries of a charge, oldest first: what was booked, taken back, booked anew. */
export function Revisions({ charge, timeZone }: { charge: Explanation; timeZone: string }) {
  return (
    <div className="overflow-x-auto" role="region" aria-label="Entries of the charge" tabIndex={0}>
      <table className="w-full text-[13px]">
        <thead className="text-muted text-xs">
          <tr>
            <th className="py-1 text-left font-normal">Entry</th>
            <th className="py-1 pl-3 text-right font-normal">Cost</th>
          </tr>
        </thead>
        <tbody>
          {charge.revisions.map((entry) => (
            <tr key={entry.entry_id} className="border-line border-t">
              <td className="py-1.5">
                {entry.kind}, revision {entry.revision}
                {entry.reason && `: ${entry.reason}`}
                <span className="text-muted block text-xs" title={entry.recorded_at}>
                  recorded {dayOfYear(Date.parse(entry.recorded_at), timeZone)},{' '}
                  {exactTimeOfDay(Date.parse(entry.recorded_at), timeZone)}
                </span>
                <code className="text-muted block text-[11px] break-all">{entry.entry_id}</code>
              </td>
              <td className="py-1.5 pl-3 text-right align-top whitespace-nowrap">
                {exactDollars(entry.cost)}
                {entry.accrued_cost !== '0' && (
                  <span className="text-muted block text-xs">{exactDollars(entry.accrued_cost)} estimated</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

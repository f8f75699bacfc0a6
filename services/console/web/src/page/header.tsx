import type { Range } from '@spanledger/schemas/api/choices'
import { showView, type View } from '../address.ts'
import { exactTimeOfDay } from '../figures/times.ts'
import { Segmented } from '../parts/segmented.tsx'
import { ViewLink } from '../parts/view-link.tsx'
import { rangeNames } from './names.ts'
import { PriceDate } from './price-date.tsx'

interface HeaderProps {
  readonly view: View
  readonly timeZone: string
  /** When the figures were read, milliseconds since the epoch; 0 before. */
  readonly readAt: number
  readonly live: boolean
}

export function Header({ view, timeZone, readAt, live }: HeaderProps) {
  return (
    <header className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <h1 className="flex items-center gap-2 text-base font-semibold tracking-tight">
        <img src="/favicon.svg" alt="" className="size-6" />
        spanledger
      </h1>
      <p className="text-muted figures flex items-center gap-2 text-xs">
        <span aria-hidden="true" className={`size-2 rounded-full ${live ? 'bg-good' : 'bg-bad'}`} />
        {live ? 'live' : 'not reachable'}
        {readAt > 0 && (
          <span>
            {exactTimeOfDay(readAt, timeZone)} {timeZone}
          </span>
        )}
        <PriceDate />
        <ViewLink change={{ page: 'prices' }} className="hover:text-ink py-1 underline underline-offset-2">
          Prices
        </ViewLink>
      </p>
      <div className="max-w-full overflow-x-auto sm:ml-auto">
        <Segmented<Range | ''>
          name="range"
          label="Time range"
          options={rangeNames}
          // none of them while there is a window of its own
          value={view.from === '' ? view.range : ''}
          onChange={(range) => showView({ range: range as Range, from: '', to: '' })}
        />
      </div>
    </header>
  )
}

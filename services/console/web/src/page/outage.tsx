import { ApiError } from '../api.ts'
import { exactTimeOfDay } from '../figures/times.ts'

interface OutageProps {
  readonly error: Error
  /** When what is still shown was read; 0 when there is nothing to show. */
  readonly readAt: number
  readonly timeZone: string
}

/** What is wrong and what to do; the figures below stay as they were. */
export function Outage({ error, readAt, timeZone }: OutageProps) {
  const hint = error instanceof ApiError ? error.hint : ''
  return (
    <div role="alert" className="border-bad/40 bg-bad-ground text-bad rounded-lg border px-4 py-3">
      <p className="font-medium">Not up to date: {error.message}.</p>
      <p className="mt-0.5">
        {hint && `${sentence(hint)} `}
        {readAt > 0 && `The figures are those of ${exactTimeOfDay(readAt, timeZone)}. `}
        Trying again by itself.
      </p>
    </div>
  )
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}`
}

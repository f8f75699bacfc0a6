import type { AlertExplanationView, AlertRow } from '@spanledger/schemas/api/alerts'
import { windowText } from '../figures/times.ts'
import { changeText, figureText, isOver, measureText } from './words.ts'

interface ComparisonProps {
  readonly alert: AlertRow
  readonly explanation: AlertExplanationView | null
  readonly timeZone: string
}

/** Observed against expected: as figures, as lengths, and in words what was held against what. */
export function Comparison({ alert, explanation, timeZone }: ComparisonProps) {
  const [observed, expected] = [Number(alert.observed), Number(alert.expected)]
  const full = Math.max(observed, expected, Number.MIN_VALUE)
  const change = changeText(alert)
  return (
    <>
      <dl className="grid grid-cols-[auto_auto_minmax(0,1fr)] items-center gap-x-3 gap-y-1.5">
        <Bar
          name={isOver(alert) ? measureText(alert) : `${measureText(alert)} now`}
          share={observed / full}
          className="bg-bad"
        >
          {figureText(alert.observed, alert.unit)}
        </Bar>
        <Bar name="expected" share={expected / full} className="bg-muted/60">
          {figureText(alert.expected, alert.unit)}
        </Bar>
      </dl>
      <p className="text-muted mt-2">
        {change && <b className="text-ink font-semibold">{change}. </b>}
        {explanation && (
          <>
            Judged over {windowText(Date.parse(explanation.window.from), Date.parse(explanation.window.to), timeZone)};
            held against {explanation.baseline}.
          </>
        )}
      </p>
    </>
  )
}

interface BarProps {
  readonly name: string
  /** 0 to 1. */
  readonly share: number
  readonly className: string
  readonly children: string
}

function Bar({ name, share, className, children }: BarProps) {
  return (
    <div className="contents">
      <dt className="text-[13px] first-letter:uppercase">{name}</dt>
      <dd className="text-right font-semibold whitespace-nowrap">{children}</dd>
      <dd aria-hidden="true" className="bg-hover h-3 rounded-sm">
        <span className={`block h-3 rounded-sm ${className}`} style={{ width: `${Math.max(0.5, share * 100)}%` }} />
      </dd>
    </div>
  )
}

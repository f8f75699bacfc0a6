import type { AlertDetail } from '@spanledger/schemas/api/alerts'
import { alertKindText, seriesText } from '@spanledger/schemas/alert-words'
import { useView } from '../address.ts'
import { dollars, exactDollars } from '../figures/dollars.ts'
import { Badge } from '../parts/badge.tsx'
import { DrawerPart as Part } from '../parts/drawer.tsx'
import { ViewLink } from '../parts/view-link.tsx'
import { AlertFacts } from './alert-facts.tsx'
import { viewOfSeries } from './around.ts'
import { Comparison } from './comparison.tsx'
import { Contributors } from './contributors.tsx'
import { Queries } from './queries.tsx'
import { runbookHref } from './runbook-href.ts'
import { Timeline } from './timeline.tsx'
import { isOver, severityTone, spanText, stateTones } from './words.ts'

interface AlertExplanationProps {
  readonly detail: AlertDetail
  readonly now: number
  readonly timeZone: string
}

/** An alert so that a person can check it, act on it, and see who knows of it. */
export function AlertExplanation({ detail, now, timeZone }: AlertExplanationProps) {
  const { alert, explanation } = detail
  const series = viewOfSeries(alert, useView().by)
  const runbook = runbookHref(alert.runbook)
  const unknownCost = alert.unit === 'requests' && alert.impact_usd === '0'
  return (
    <div className="space-y-6 px-5 py-4">
      <div>
        <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 sm:flex-nowrap">
          <div className="min-w-0">
            <p className="text-lg font-semibold">{alertKindText(alert.kind)}</p>
            <p className="break-words">{seriesText(alert.dims)}</p>
            <p className="text-muted figures">{spanText(alert, now, timeZone)}</p>
          </div>
          <div className="shrink-0 sm:max-w-72 sm:text-right">
            <p className="figures text-2xl font-semibold tracking-tight" title={exactDollars(alert.impact_usd)}>
              {unknownCost ? 'cost not known' : dollars(alert.impact_usd)}
            </p>
            {!unknownCost && (
              <p className="text-muted figures" title={exactDollars(alert.impact_usd_per_hour)}>
                {isOver(alert)
                  ? 'in all, above what was expected'
                  : `so far above what was expected, ${dollars(alert.impact_usd_per_hour)} per hour`}
              </p>
            )}
          </div>
        </div>
        <p className="mt-2 flex flex-wrap gap-1.5">
          <Badge tone={stateTones[alert.state] ?? 'plain'}>{alert.state}</Badge>
          <Badge tone={severityTone(alert)}>{alert.severity}</Badge>
          {alert.historical && (
            <Badge tone="plain" title="Recorded more than 24 hours after it happened: nobody is told">
              historical
            </Badge>
          )}
        </p>
        <p className="mt-3 flex flex-wrap gap-2">
          {runbook && (
            <a href={runbook} className={action}>
              What to do: runbook
            </a>
          )}
          <ViewLink change={series} className={action}>
            Its spend and charges
          </ViewLink>
        </p>
      </div>

      <Part title="What changed">
        <Comparison alert={alert} explanation={explanation} timeZone={timeZone} />
      </Part>
      {explanation && explanation.contributors.length > 0 && (
        <Part title="Who makes the difference">
          <Contributors contributors={explanation.contributors} unit={explanation.unit} />
        </Part>
      )}
      {explanation && explanation.alsoIn.length > 0 && (
        <Part title="The same incident is seen in">
          <p>{explanation.alsoIn.map((dims) => seriesText(dims)).join(' · ')}</p>
        </Part>
      )}
      <Part title="What happened, and who was told">
        <Timeline detail={detail} now={now} timeZone={timeZone} />
      </Part>
      {explanation && (
        <Part title="Check it yourself">
          <Queries sql={explanation.sql} />
        </Part>
      )}
      <Part title="As it was judged">
        <AlertFacts detail={detail} timeZone={timeZone} />
      </Part>
    </div>
  )
}

const action = 'border-line hover:bg-hover rounded-md border px-3 py-1.5 text-[13px] font-medium'

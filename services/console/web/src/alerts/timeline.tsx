import type { AlertDetail } from '@spanledger/schemas/api/alerts'
import { chargeTime } from '../figures/times.ts'
import { type Moment, storyOf } from './story.ts'

const dots: Readonly<Record<Moment['tone'], string>> = { plain: 'bg-muted', good: 'bg-good', bad: 'bg-bad' }

/** What became of an alert and whom the channels told, oldest first. */
export function Timeline({ detail, now, timeZone }: { detail: AlertDetail; now: number; timeZone: string }) {
  const story = storyOf(detail)
  return (
    <>
      {story.length > 0 && (
        <ol className="space-y-1 text-[13px]">
          {story.map((moment) => (
            <li key={`${moment.at} ${moment.text}`} className="flex items-baseline gap-2.5">
              <span aria-hidden="true" className={`size-2 shrink-0 rounded-full ${dots[moment.tone]}`} />
              <time dateTime={moment.at} title={moment.at} className="text-muted figures shrink-0">
                {chargeTime(Date.parse(moment.at), now, timeZone)}
              </time>
              <span className="min-w-0 break-words">
                {moment.text}
                {moment.reason && <span className="text-bad">: {moment.reason}</span>}
              </span>
            </li>
          ))}
        </ol>
      )}
      {detail.deliveries.length === 0 && (
        <p className="text-muted mt-1 text-[13px]">
          {detail.alert.historical
            ? 'Nobody was told: it was recorded more than 24 hours after it happened.'
            : 'No channel has been told of it.'}
        </p>
      )}
    </>
  )
}

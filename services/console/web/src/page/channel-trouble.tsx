import type { Channel } from '@spanledger/schemas/api/channels'
import { pointInTime } from '../figures/times.ts'

interface ChannelTroubleProps {
  readonly channels: readonly Channel[]
  readonly now: number
  readonly timeZone: string
}

/** Channels that do not take messages: whoever relies on them has to look here. */
export function ChannelTrouble({ channels, now, timeZone }: ChannelTroubleProps) {
  const failing = channels.filter((channel) => channel.failing_since !== null)
  if (failing.length === 0) return null
  return (
    <div role="status" className="border-bad/40 bg-bad-ground text-bad rounded-lg border px-4 py-2.5">
      {failing.map((channel) => (
        <p key={channel.channel}>
          <b className="font-semibold">{channel.channel}</b> has not taken messages since{' '}
          {pointInTime(Date.parse(channel.failing_since as string), now, timeZone)}: {channel.last_failure}
          {channel.undelivered_alerts !== '0' && `; ${alertsText(channel.undelivered_alerts)} undelivered`}.
        </p>
      ))}
    </div>
  )
}

function alertsText(count: string): string {
  return count === '1' ? '1 alert' : `${count} alerts`
}

import type { AlertDetail } from '@spanledger/schemas/api/alerts'

/** A line of what became of an alert; updates that follow each other are one, and so are attempts that fail alike. */
export interface Moment {
  readonly at: string
  readonly text: string
  /** What the channel said. */
  readonly reason: string
  readonly tone: 'plain' | 'good' | 'bad'
}

const happened: Readonly<Record<string, string>> = {
  opened: 'Opened',
  updated: 'Updated',
  escalated: 'Became graver',
  resolved: 'Resolved',
}
const told: Readonly<Record<string, readonly [words: string, tone: Moment['tone']]>> = {
  delivered: ['was told', 'good'],
  retry: ['did not take it, tried again', 'bad'],
  refused: ['did not take it', 'bad'],
}

/** History and deliveries as one story, oldest first. */
export function storyOf({ history, deliveries }: AlertDetail): Moment[] {
  const events = history.map(
    ({ at, event }): Moment => ({ at, text: happened[event] ?? event, reason: '', tone: 'plain' }),
  )
  const tellings = deliveries.map(({ at, channel, outcome, event, reason }): Moment => {
    const [words, tone] = told[outcome] ?? [outcome, 'plain']
    return { at, text: `${channel} ${words}${event ? ` (${event})` : ''}`, reason, tone }
  })
  const story: Moment[] = []
  let updates = 0
  let attempts = 1
  for (const moment of [...events, ...tellings].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    const last = story.at(-1)
    const again = moment.tone === 'bad' && last?.tone === 'bad' && last.reason === moment.reason
    updates = moment.text === happened.updated ? updates + 1 : 0
    attempts = again && last.text.startsWith(moment.text) ? attempts + 1 : 1
    if (attempts > 1) story[story.length - 1] = { ...moment, text: `${moment.text}, ${attempts} times` }
    else if (updates < 2) story.push(moment)
    else story[story.length - 1] = { ...moment, text: `Updated ${updates} times` }
  }
  return story
}

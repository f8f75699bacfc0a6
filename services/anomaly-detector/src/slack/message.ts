import type { ContextBlock, HeaderBlock, KnownBlock, MrkdwnElement, SectionBlock } from '@slack/types'
import type { Alert, AlertEvent } from '@spanledger/schemas/events/alert'
import { duration, utcMinute } from '@spanledger/schemas/figure-text'
import { defaultTenant } from '@spanledger/schemas/events/topics'
import { decimalFromAtto } from '@spanledger/schemas/money'
import { exactLine } from './exact-line.ts'
import { dollars, inUnit, percent } from './figures.ts'
import { slackLimits } from './limits.ts'
import { subjectOf } from './subject.ts'
import { codeName, escapeSlack, plainName, plainProse } from './untrusted-text.ts'
import { type KindWords, wordsFor } from './words.ts'

/** What is posted to an incoming webhook. `text` is what a phone shows, and what is read aloud. */
export interface SlackMessage {
  readonly text: string
  /** `text` holds no markup. */
  readonly mrkdwn: false
  readonly unfurl_links: false
  readonly unfurl_media: false
  readonly blocks: readonly KnownBlock[]
}

export interface MessageOptions {
  /** Base of the links, without a slash at its end. */
  readonly consoleUrl: string
  readonly nowMs: number
}

const maxContributors = 5
const maxAlsoIn = 4
/** Later than this the message says that it is late. */
const lateAfterMs = 10 * 60_000

/** A message that says what changed, by how much, since when, what it costs, who makes it, and where to go from there. */
export function renderMessage(event: AlertEvent, options: MessageOptions): SlackMessage {
  const { alert } = event
  const words = wordsFor(alert.kind)
  const isOver = event.event === 'resolved'
  const mark = isOver ? '✅' : alert.severity === 'critical' ? '🔴' : '🟠'
  const title = `${mark} ${headline(event, words)}`
  const says = isOver ? words.ended : words.says
  const subject = (write: (name: string) => string) => subjectOf(alert.tenant, alert.dims, write)
  const { headerText, messageText } = slackLimits

  return {
    text: cutEscaped(`${title}. ${escapeSlack(says(subject(inText), alert))}${costs(event, words)}`, messageText),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      header(`${title}: ${plainName(subject(inTitle), headerText - title.length - 2)}`),
      section(says(subject(codeName), alert)),
      fields(figures(event, words)),
      ...contributors(alert),
      section(
        [...(isOver || words.first === '' ? [] : [`*First:* ${words.first}`]), links(alert, options.consoleUrl)].join(
          '\n',
        ),
      ),
      context(...notes(event, options.nowMs)),
      context(exactLine(event, maxContributors)),
    ],
  }
}

function headline({ event, alert }: AlertEvent, { title }: KindWords): string {
  if (event === 'resolved')
    return `Over after ${duration((alert.resolvedAt ?? alert.updatedAt) - alert.openedAt)}: ${title}`
  return event === 'escalated' ? `Now ${alert.severity}: ${title}` : title
}

/** What it costs, for the one line: nothing where nobody knows. */
function costs({ event, alert }: AlertEvent, { hasCost }: KindWords): string {
  if (!hasCost) return ''
  const total = dollars(decimalFromAtto(alert.impactUsd))
  if (event === 'resolved') return `. It cost ${total} more than expected`
  return `. ${total} more than expected so far, ${dollars(decimalFromAtto(alert.impactUsdPerHour))} more per hour`
}

function figures({ event, alert }: AlertEvent, words: KindWords): string[] {
  const { explanation: why } = alert
  const isOver = event === 'resolved'
  const impact = dollars(decimalFromAtto(alert.impactUsd))
  const perHour = dollars(decimalFromAtto(alert.impactUsdPerHour))
  const rows: [string, string][] = [
    ['Since', slackDate(alert.openedAt)],
    isOver ? ['Until', slackDate(alert.resolvedAt ?? alert.updatedAt)] : ['Severity', alert.severity],
    ...(words.hasCost
      ? ([
          [isOver ? 'Extra cost in the end' : 'Extra cost so far', impact],
          [isOver ? 'Extra per hour at the end' : 'Extra per hour now', perHour],
        ] satisfies [string, string][])
      : ([['Cost', 'unknown until it has a price']] satisfies [string, string][])),
    [words.observed, inUnit(why.observed, why.unit)],
    [words.expected, inUnit(why.expected, why.unit)],
  ]
  return rows.map(([name, value]) => `*${name}*\n${value}`)
}

function contributors({ explanation }: Alert): SectionBlock[] {
  const shown = explanation.contributors.slice(0, maxContributors)
  if (shown.length === 0) return []
  const more = explanation.contributors.length - shown.length
  // Of requests without a price nobody knows the dollars.
  const cost = (usd: string) => (explanation.unit === 'requests' ? '' : ` (${dollars(usd)})`)
  const lines = shown.map(
    ({ dimension, value, share, usd }) =>
      `• ${plainProse(dimension, 40)} ${codeName(value)}: ${percent(share)}${cost(usd)}`,
  )
  if (more > 0) lines.push(`… and ${more} more`)
  if (shown.some(({ share }) => Number(share) > 1))
    lines.push('_More than 100 %: everything else cost less than expected._')
  return [section(['*Who makes the difference*', ...lines].join('\n'))]
}

/** Links, not buttons: a button of an app without a server of its own shows a warning to who presses it. */
function links({ kind, alertId }: Alert, consoleUrl: string): string {
  const runbook = `${consoleUrl}/runbooks/${encodeURIComponent(kind)}`
  return `*<${escapeSlack(runbook)}|What to do now: the runbook>*   ·   *<${escapeSlack(`${consoleUrl}/?alert=${encodeURIComponent(alertId)}`)}|Look at it in the console>*`
}

function notes({ at, alert }: AlertEvent, nowMs: number): string[] {
  const { explanation: why } = alert
  const also = why.alsoIn
    .slice(0, maxAlsoIn)
    .map((dims) => subjectOf(defaultTenant, dims, (name) => codeName(name, 24)))
  const more = why.alsoIn.length - also.length
  return [
    `Figures of ${slackDate(Date.parse(why.window.from))} to ${slackDate(Date.parse(why.window.to))}.`,
    why.baseline === '' ? '' : `Compared with: ${plainProse(why.baseline)}.`,
    also.length > 0 ? `Also seen in ${also.join('; ')}${more > 0 ? `; and ${more} more` : ''}.` : '',
    `As known at ${slackDate(Date.parse(why.asKnownAt))}.`,
    nowMs - at > lateAfterMs ? `This message is ${duration(nowMs - at)} late.` : '',
    why.episode > 1 ? `Alert number ${why.episode} of this series.` : '',
    `Rule ${codeName(alert.rule)}.`,
  ].filter((sentence) => sentence !== '')
}

/** In the reader's own time zone, with UTC for clients that cannot. */
function slackDate(ms: number): string {
  if (!Number.isFinite(ms)) return '?'
  return `<!date^${Math.floor(ms / 1000)}^{date_short_pretty} {time}|${utcMinute(ms)}>`
}

/** In text without markup an @ must not call anybody. */
function inText(name: string): string {
  return plainName(name).replaceAll('@', '@\u2060')
}

/** Plain text has no markup and no escapes: what looks like a mention or a link shall not even look like one. */
function inTitle(name: string): string {
  return plainName(name).replaceAll('<', '‹').replaceAll('>', '›')
}

/** Never in the middle of an escape. */
function cutEscaped(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/&[a-z]{0,3}$/, '')}…`
}

function header(text: string): HeaderBlock {
  return { type: 'header', text: { type: 'plain_text', text, emoji: false } }
}

function section(text: string): SectionBlock {
  return { type: 'section', text: mrkdwn(text) }
}

function fields(texts: readonly string[]): SectionBlock {
  return { type: 'section', fields: texts.map(mrkdwn) }
}

function context(...texts: readonly string[]): ContextBlock {
  return { type: 'context', elements: texts.map(mrkdwn) }
}

/** Verbatim: URLs and names in it are left as they stand. */
function mrkdwn(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true }
}

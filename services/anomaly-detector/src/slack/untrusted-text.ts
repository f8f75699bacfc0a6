import { cutText, safeText } from '@spanledger/schemas/events/safe-text'

/**
 * Names of teams, models and the rest come from telemetry: anybody can put anything into them. Here they become harmless
 * in Slack: no mention, no link, no line of their own, no change of the reading direction of what stands around them.
 */

/** Invisible or direction-changing characters, and the separators that would begin a new line. */
const invisible = /[\p{Cf}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu
const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u

/** One line of visible characters, at most `length` long; `…` where something was left out. */
export function plainName(value: string, length = 60): string {
  // What is cut away first is never looked at: a name may have megabytes.
  const visible = safeText(cutText(value, 4 * length).replace(/\s+/g, ' '))
    .replace(invisible, '')
    .trim()
  const name = visible === '' ? '(empty)' : visible
  const isolated = rightToLeft.test(name)
  const room = isolated ? length - 2 : length
  const cut = name.length > room || value.length > 4 * length ? `${cutText(name, room - 1)}…` : name
  // First strong isolate … pop: letters that run from right to left turn around among themselves only.
  return isolated ? `\u2068${cut}\u2069` : cut
}

/** The three characters that Slack reads as the start of something, as it wants them written. */
export function escapeSlack(text: string): string {
  return text.replace(/[&<>]/g, (character) => escapes[character] as string)
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** In mrkdwn: a code span, inside which no other markup counts; Slack has no escape for the backtick itself. */
export function codeName(value: string, length = 60): string {
  return `\`${escapeSlack(plainName(value, length).replaceAll('`', '\u2019'))}\``
}

/** Prose that is ours in form, but may hold names (a baseline in words): escaped, and what would be markup made a lookalike. */
export function plainProse(text: string, length = 300): string {
  const plain = plainName(text, length).replace(/(?<!\w)_|_(?!\w)/g, '‿')
  return escapeSlack(plain.replace(/[*~`]/g, (mark) => lookalikes[mark] as string))
}

const lookalikes: Readonly<Record<string, string>> = { '*': '∗', '~': '∼', '`': '’' }

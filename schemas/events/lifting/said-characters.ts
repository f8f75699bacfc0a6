import { walkJson } from './json-walk.ts'
import type { Lifter, Side } from './lifting.ts'

/** Names whose strings are no text that a model read or wrote: labels, addresses, encoded pictures and vectors. */
const labels = new Set(
  (
    'b64_json created_at data embedding encrypted_content event_id file_id finish_reason id media_type mime_type ' +
    'mimeType model model_name model_version modelVersion name object role service_tier signature status ' +
    'stop_reason system_fingerprint thoughtSignature tool_call_id type url user vector'
  ).split(' '),
)

/** What lies in these is about the exchange: LangChain puts the body of a refusal there. */
const envelopes = new Set(['error', 'headers', 'response_metadata'])

/** Do strings at this place count as said? */
export function isSaid(keys: readonly string[], depth: number): boolean {
  if (labels.has(nameOf(keys, depth))) return false
  for (let at = 1; at <= depth; at++) if (envelopes.has(keys[at] as string)) return false
  return true
}

/** One message, or a part of one. */
export function piece(side: Side): Lifter {
  return (text, beyond, into) => into.said(side, text.length + beyond, true)
}

/** All that went one way. */
export function whole(side: Side): Lifter {
  return (text, beyond, into) => into.said(side, charactersSaid(text) + beyond, false)
}

/** The envelope of a message is not what was said. */
function charactersSaid(text: string): number {
  if (!isJson(text)) return text.length
  let said = 0
  walkJson(text, {
    text(keys, depth, _from, _to, characters) {
      if (isSaid(keys, depth)) said += characters
    },
  })
  return said
}

/** A string in a list is under the list's name. */
export function nameOf(keys: readonly string[], depth: number): string {
  return keys[depth] || keys[depth - 1] || ''
}

export function isJson(text: string): boolean {
  return /^\s{0,8}[[{]/.test(text)
}

export function isObject(text: string): boolean {
  return /^\s{0,8}\{/.test(text)
}

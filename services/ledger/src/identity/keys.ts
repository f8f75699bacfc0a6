import { hash } from 'node:crypto'
import { isResultHit } from '@spanledger/schemas/events/usage-event'
import type { Observation } from '../observation.ts'

/**
 * A 128-bit key as 16 latin1 characters: SHA-256, truncated. A fast hash would let one tenant craft another's keys.
 * Every part but the last is preceded by its length, so no two lists of parts run together into the same text.
 */
export type Key = string

/** Node accepts every string encoding here; its types know only some. */
const latin1Sha256 = (text: string): string => hash('sha256', text, 'latin1' as 'hex')

function key(kind: string, tenant: string, ...rest: readonly string[]): Key {
  let text = `${kind}${tenant.length}:${tenant}`
  for (const part of rest) text += `${part.length}:${part}`
  return latin1Sha256(text).slice(0, 16)
}

export function responseKey(tenant: string, provider: string, responseId: string): Key {
  return key('r', tenant, provider, responseId)
}

/** `traceId` and `spanId` in lower-case hex. */
export function spanKey(tenant: string, traceId: string, spanId: string): Key {
  return key('s', tenant, traceId, spanId)
}

export function eventKey(tenant: string, eventId: string): Key {
  return key('e', tenant, eventId)
}

/**
 * Under what a span finds the spans inside it, and the inverse: the halves of its key, swapped. Of the parent's span key it
 * is what a child is kept under beside its own keys, and is the key of no span, response or event.
 */
export function childKey(spanKey: Key): Key {
  return spanKey.slice(8) + spanKey.slice(0, 8)
}

/** `sign`: '+' for a charge or a replacement, '-' for the reversal of that revision. */
export function entryId(tenant: string, identity: Key, revision: number, sign: '+' | '-'): Key {
  return key('x', tenant, identity, String(revision), sign)
}

/** Of an entry that takes back what two ledgers wrote at the same moment: the `index`-th such of this revision. */
export function collisionId(tenant: string, identity: Key, revision: number, index: number): Key {
  return key('x', tenant, identity, String(revision), `~${index}`)
}

/** An observation with the keys that connect it to others, and the one that names a charge which starts with it. */
export interface Identified {
  readonly observation: Observation
  /** At least one. */
  readonly keys: readonly Key[]
  /** The one of `keys` that stands for a response id: it connects only what can be one response. */
  readonly response: Key | undefined
  /** The one of `keys` that is the span's. */
  readonly span: Key | undefined
  /** The span key of its parent: none of `keys`, for two children of one parent are two requests. */
  readonly parent: Key | undefined
  /** `childKey` of the parent. */
  readonly child: Key | undefined
  readonly own: Key
}

export function identify(observation: Observation): Identified {
  const { tenant, provider, responseId, traceId, spanId, eventId, usage } = observation
  const keys: Key[] = []
  let own: Key | undefined
  let span: Key | undefined
  if (eventId) keys.push((own = eventKey(tenant, eventId)))
  if (traceId && spanId) {
    keys.push((span = spanKey(tenant, traceId, spanId)))
    own ??= span
  }
  let response: Key | undefined
  if (responseId && observation.responseIdTrusted) keys.push((response = responseKey(tenant, provider, responseId)))
  if (!own) {
    // A reused response id is two charges (their totals differ), which need two names; so do the hits of a result cache,
    // which all come with the id of the cached answer.
    own = key(
      response ? 'O' : 'o',
      tenant,
      provider,
      responseId ?? '',
      `${usage?.input_tokens}/${usage?.output_tokens}${isResultHit(observation.resultCache) ? `/hit/${observation.at}` : ''}`,
    )
    if (keys.length === 0) keys.push(own)
  }
  // The same keys at another time are another charge until the auditor merges the two: they need two names.
  own = key('i', tenant, own, String(observation.at))
  return identified(observation, keys, response, span, own)
}

/** The same shape for all: half of a ledger's time goes into what is done with each. */
export function identified(
  observation: Observation,
  keys: readonly Key[],
  response: Key | undefined,
  span: Key | undefined,
  own: Key,
): Identified {
  const { tenant, traceId, parentSpanId } = observation
  const parent = span && traceId && parentSpanId ? spanKey(tenant, traceId, parentSpanId) : undefined
  return { observation, keys, response, span, parent, child: parent && childKey(parent), own }
}

/** Names a charge that starts with several reports: none of them, should it ever be charged alone, has the same name. */
export function togetherOf(tenant: string, owns: readonly Key[]): Key {
  return owns.length === 1 ? (owns[0] as Key) : key('g', tenant, ...owns.toSorted())
}

/** Names a charge of what was taken out of another one: that one's revision is replaced once. */
export function splitOf(tenant: string, from: Key, revision: number, owns: readonly Key[]): Key {
  return key('d', tenant, from, String(revision), ...owns.toSorted())
}

/** Names what stands in the ledger for a report that was charged elsewhere (`planRequest`). */
export function traceOf(tenant: string, own: Key, text: string): Key {
  return key('t', tenant, own, text)
}

/** Names what a pool that is paid by the hour left unused in the hour that begins then. */
export function capacityOf(tenant: string, pool: string, hourStartMs: number): Key {
  return key('c', tenant, pool, String(hourStartMs))
}

import type { OtlpScope, OtlpSpan } from '@spanledger/schemas/events/otlp'
import type { Dialect, Recognition } from './dialect.ts'
import { otelGenai } from './otel-genai.ts'
import { matchesScope } from './scope-match.ts'
import { unread } from './unread.ts'

/** Dialects with scopes and markers of their own; the first that recognises a span reads it. */
const specific: readonly Dialect[] = []

/** `undefined` is a dialect that is known and not read yet. */
export type Recognised = { readonly name: string; readonly dialect: Dialect | undefined }

interface Candidate extends Recognised {
  readonly recognition: Recognition
}

/** The generic conventions stand last, or they would take every span that borrows their names. */
const candidates: readonly Candidate[] = [
  ...specific.map(readBy),
  ...unread.map((foreign) => ({ name: foreign.name, dialect: undefined, recognition: foreign })),
  readBy(otelGenai),
]

function readBy(dialect: Dialect): Candidate {
  return { name: dialect.name, dialect, recognition: dialect }
}

/**
 * Scope first, then markers. The scope says who wrote the span; markers are copied onto other libraries' spans by
 * span processors, so they decide only where the scope says nothing. `undefined`: nothing of generative AI.
 */
export function recognise(span: OtlpSpan): Recognised | undefined {
  let best = byScope(span.scope)
  if (best !== none) return candidates[best]
  for (const attribute of span.attributes.keys()) best = Math.min(best, byMarker(attribute))
  return candidates[best]
}

const none = candidates.length

/** Batches share their scope objects, and producers their attribute names: each is judged once. */
const scopes = new WeakMap<OtlpScope, number>()
const markers = new Map<string, number>()
const maxMarkers = 4096

function byScope(scope: OtlpScope): number {
  let verdict = scopes.get(scope)
  if (verdict === undefined) {
    verdict = indexOr(({ scopes }) => scopes.some((match) => matchesScope(match, scope.name, scope.version)))
    scopes.set(scope, verdict)
  }
  return verdict
}

function byMarker(attribute: string): number {
  let verdict = markers.get(attribute)
  if (verdict === undefined) {
    verdict = indexOr(({ markers }) => markers.some((marker) => matchesMarker(marker, attribute)))
    if (markers.size >= maxMarkers) markers.clear()
    markers.set(attribute, verdict)
  }
  return verdict
}

function matchesMarker(marker: string, attribute: string): boolean {
  return marker.endsWith('*') ? attribute.startsWith(marker.slice(0, -1)) : attribute === marker
}

function indexOr(fits: (recognition: Recognition) => boolean): number {
  const index = candidates.findIndex((candidate) => fits(candidate.recognition))
  return index === -1 ? candidates.length : index
}

import type { OtlpSpan } from '@spanledger/schemas/events/otlp'
import { aiSdk } from './ai-sdk.ts'
import type { Dialect, Recognition, SpanDrop } from './dialect.ts'
import { googleAdk } from './google-adk.ts'
import { inferenceServer } from './inference-server.ts'
import { langfuse } from './langfuse.ts'
import { langsmith } from './langsmith.ts'
import { litellm } from './litellm.ts'
import { logfire } from './logfire.ts'
import { openlit } from './openlit.ts'
import { openinference } from './openinference.ts'
import { otelGenai } from './otel-genai.ts'
import { pydanticAi } from './pydantic-ai.ts'
import { createScopeLookup } from './scope-match.ts'
import { traceloop } from './traceloop.ts'
import { toldElsewhere } from './told-elsewhere.ts'

/** Dialects with scopes and markers of their own; the first that recognises a span reads it. */
const specific: readonly Dialect[] = [
  aiSdk,
  langfuse,
  langsmith,
  pydanticAi,
  logfire,
  litellm,
  openlit,
  googleAdk,
  openinference,
  traceloop,
  inferenceServer,
]

/** Whose span it is; `drop` is why nobody reads the spans of a producer that is known. */
export type Recognised =
  | { readonly name: string; readonly dialect: Dialect; readonly drop?: undefined }
  | { readonly name: string; readonly dialect: undefined; readonly drop: SpanDrop }

type Candidate = Recognised & { readonly recognition: Recognition }

const conventions = readBy(otelGenai)
/** By the conventions, but the other side of the wire. */
const server = readBy(inferenceServer)
const spanKindServer = 2

/** The generic conventions stand last, or they would take every span that borrows their names. */
const candidates: readonly Candidate[] = [
  ...specific.map(readBy),
  ...toldElsewhere.map((producer) => dropped(producer, 'told_elsewhere')),
  conventions,
]

function readBy(dialect: Dialect): Candidate {
  return { name: dialect.name, dialect, recognition: dialect }
}

function dropped(producer: Recognition & { readonly name: string }, drop: SpanDrop): Candidate {
  return { name: producer.name, dialect: undefined, drop, recognition: producer }
}

/**
 * Scope first, then markers. The scope says who wrote the span; markers are copied onto other libraries' spans by
 * span processors, so they decide only where the scope says nothing. `undefined`: nothing of generative AI.
 */
export function recognise(span: OtlpSpan): Recognised | undefined {
  const found = findScope(span.scope.name, span.scope.version)?.candidate ?? candidates[firstMarked(span)]
  return found === conventions && span.kind === spanKindServer ? server : found
}

/** Place of the first candidate that has a marker among the attributes. */
function firstMarked({ attributes }: OtlpSpan): number {
  let best = none
  for (const attribute of attributes.keys()) best = Math.min(best, byMarker(attribute))
  return best
}

const findScope = createScopeLookup(
  candidates.flatMap((candidate) => candidate.recognition.scopes.map((match) => ({ ...match, candidate }))),
)

const none = candidates.length

/** Producers use few attribute names: each is judged once. */
const markers = new Map<string, number>()
const maxMarkers = 4096

/** Place of the first candidate that this attribute is a marker of. */
function byMarker(attribute: string): number {
  let verdict = markers.get(attribute)
  if (verdict === undefined) {
    const index = candidates.findIndex(({ recognition }) =>
      recognition.markers.some((marker) => matchesMarker(marker, attribute)),
    )
    verdict = index === -1 ? none : index
    if (markers.size >= maxMarkers) markers.clear()
    markers.set(attribute, verdict)
  }
  return verdict
}

function matchesMarker(marker: string, attribute: string): boolean {
  return marker.endsWith('*') ? attribute.startsWith(marker.slice(0, -1)) : attribute === marker
}

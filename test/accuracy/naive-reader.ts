import type { Capture } from './captures.ts'

/** What somebody gets who adds up the token counts that the spans show, without knowing who wrote them. */
export interface NaiveCounts {
  /** Spans with a count. */
  requests: number
  input: number
  cache_read: number
  cache_write: number
  output: number
  reasoning: number
}

/** By the end of an attribute's name, in lower case without separators; the first that fits. */
const kinds: readonly (readonly [keyof NaiveCounts, RegExp])[] = [
  ['cache_read', /cacheread(input)?tokens?$|cachedinputtokens?$|cachedtokens?$|promptdetailscacheread$/],
  ['cache_write', /cache(write|creation)(input)?tokens?$|promptdetailscachewrite$/],
  ['reasoning', /reasoning(output)?tokens?$|completiondetailsreasoning$/],
  ['input', /(usage|count)(input|prompt)tokens?$|tokencountprompt$|aiusagetokens$/],
  ['output', /(usage|count)(output|completion)tokens?$|tokencountcompletion$/],
]

interface Span {
  readonly attributes?: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[]
}
interface ExportRequest {
  readonly resourceSpans?: readonly { readonly scopeSpans?: readonly { readonly spans?: readonly Span[] }[] }[]
}

/** Of each span one count of each kind, under whatever name: a span that says it under two names is not counted twice. */
export function readNaively({ bodies }: Pick<Capture, 'bodies'>): NaiveCounts {
  const counts: NaiveCounts = { requests: 0, input: 0, cache_read: 0, cache_write: 0, output: 0, reasoning: 0 }
  for (const { signal, json } of bodies) {
    if (signal !== 'traces' || json === undefined) continue
    const request = JSON.parse(json) as ExportRequest
    for (const { scopeSpans = [] } of request.resourceSpans ?? [])
      for (const { spans = [] } of scopeSpans) for (const span of spans) add(counts, span)
  }
  return counts
}

function add(counts: NaiveCounts, { attributes = [] }: Span): void {
  const found = new Map<keyof NaiveCounts, number>()
  for (const { key, value } of attributes) {
    const name = key.toLowerCase().replaceAll(/[._-]/g, '')
    const [kind] = kinds.find(([, pattern]) => pattern.test(name)) ?? []
    const number = Number(value.intValue ?? value.doubleValue ?? Number.NaN)
    if (kind && Number.isFinite(number) && !found.has(kind)) found.set(kind, number)
  }
  for (const [kind, number] of found) counts[kind] += number
  if (found.size > 0) counts.requests++
}

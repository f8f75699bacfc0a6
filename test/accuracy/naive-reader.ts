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
export function readNaively(capture: Pick<Capture, 'bodies'>): NaiveCounts {
  const sums: NaiveCounts = { requests: 0, input: 0, cache_read: 0, cache_write: 0, output: 0, reasoning: 0 }
  for (const { counts } of readSpansNaively(capture)) {
    for (const [kind, number] of counts) sums[kind] += number
    sums.requests++
  }
  return sums
}

export interface NaiveSpan {
  /** What it says of its model, the response's first; '' where it says nothing. */
  readonly model: string
  readonly counts: ReadonlyMap<keyof NaiveCounts, number>
}

/** The spans that have a count. */
export function readSpansNaively({ bodies }: Pick<Capture, 'bodies'>): NaiveSpan[] {
  return bodies
    .flatMap(({ signal, json }) =>
      signal === 'traces' && json !== undefined ? [JSON.parse(json) as ExportRequest] : [],
    )
    .flatMap(({ resourceSpans = [] }) => resourceSpans)
    .flatMap(({ scopeSpans = [] }) => scopeSpans)
    .flatMap(({ spans = [] }) => spans)
    .map((span) => ({ model: modelOf(span), counts: countsOf(span) }))
    .filter(({ counts }) => counts.size > 0)
}

function countsOf({ attributes = [] }: Span): Map<keyof NaiveCounts, number> {
  const found = new Map<keyof NaiveCounts, number>()
  for (const { key, value } of attributes) {
    const name = plain(key)
    const [kind] = kinds.find(([, pattern]) => pattern.test(name)) ?? []
    const number = Number(value.intValue ?? value.doubleValue ?? Number.NaN)
    if (kind && Number.isFinite(number) && !found.has(kind)) found.set(kind, number)
  }
  return found
}

const modelNames = [/responsemodel(name)?$/, /requestmodel(name)?$/, /modelname$/, /modelid$/]

function modelOf({ attributes = [] }: Span): string {
  for (const pattern of modelNames) {
    const found = attributes.find(({ key, value }) => pattern.test(plain(key)) && value.stringValue)
    if (found) return String(found.value.stringValue)
  }
  return ''
}

function plain(key: string): string {
  return key.toLowerCase().replaceAll(/[._-]/g, '')
}

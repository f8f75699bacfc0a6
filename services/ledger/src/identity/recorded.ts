import { type Dimension, dimensions } from '@spanledger/schemas/events/dimensions'
import { type UsageField, usageFields } from '@spanledger/schemas/events/usage'
import type { Observation } from '../observation.ts'
import { type Identified, identified, type Key, spanKey } from './keys.ts'

/** Beyond this, further sources of one request no longer change its charge: nobody can make a charge grow for ever. */
export const maxObservations = 32

/** An observation in the form in which it is compared, ordered and kept with a merged charge. */
export interface Recorded extends Identified {
  /** Everything it says but when the door received it: two sendings of one report are equal. */
  readonly text: string
}

export function record(identified: Identified): Recorded {
  return { ...identified, text: JSON.stringify(contentOf(identified)) }
}

/** The union of two sets in the order that decides merging: rank, then span id, then content; never arrival. */
export function uniteRecorded(sets: Iterable<readonly Recorded[]>): Recorded[] {
  const byText = new Map<string, Recorded>()
  for (const set of sets)
    for (const each of set) {
      const known = byText.get(each.text)
      if (!known || known.observation.receivedAt > each.observation.receivedAt) byText.set(each.text, each)
    }
  return [...byText.values()].toSorted(inOrder).slice(0, maxObservations)
}

/** Whose word counts first. Depends on what they say alone. */
export function inOrder(a: Identified, b: Identified): number {
  return (
    a.observation.rank - b.observation.rank ||
    compare(a.observation.spanId ?? '~', b.observation.spanId ?? '~') ||
    compare(textOf(a), textOf(b))
  )
}

function textOf(member: Identified | Recorded): string {
  return 'text' in member ? member.text : record(member).text
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export function formatRecorded({ text, observation }: Recorded): string {
  return `[${observation.receivedAt},${text}]`
}

/** The `text` of what `formatRecorded` wrote. */
export function textOfStored(stored: string): string {
  return stored.slice(stored.indexOf(',') + 1, -1)
}

/** The inverse of `formatRecorded`; the tenant is the row's. */
export function parseRecorded(stored: string, tenant: string): Recorded {
  const [receivedAt, content] = JSON.parse(stored) as [number, Content]
  const { own, keys, response, usage, attribution, reportedCostAtto, ...rest } = content
  const observation = {
    ...rest,
    tenant,
    receivedAt,
    responseIdTrusted: response !== undefined,
    attribution: Object.fromEntries(attribution),
    tags: Object.fromEntries(rest.tags),
    ...(usage && { usage: Object.fromEntries(usage) }),
    ...(reportedCostAtto !== undefined && { reportedCostAtto: BigInt(reportedCostAtto) }),
  } as unknown as Observation
  return {
    ...identified(
      observation,
      keys.map(fromHex),
      response === undefined ? undefined : fromHex(response),
      spanKeyOf(observation),
      fromHex(own),
    ),
    text: textOfStored(stored),
  }
}

/** The keys of a charge that stands on these, in an order of their own. */
export function keysOf(all: readonly Identified[]): Key[] {
  return [...new Set(all.flatMap((each) => each.keys))].toSorted()
}

/** Under what a charge that stands on these is found from the parents of its spans. */
export function parentKeysOf(all: readonly Identified[]): readonly Key[] {
  if (all.length > 1) return [...new Set(all.flatMap(({ child }) => child ?? []))].toSorted()
  const child = all[0]?.child
  return child === undefined ? noKeys : [child]
}

const noKeys: readonly Key[] = Object.freeze([])

export function spanKeyOf({ tenant, traceId, spanId }: Pick<Observation, 'tenant' | 'traceId' | 'spanId'>) {
  return traceId && spanId ? spanKey(tenant, traceId, spanId) : undefined
}

type Plain = Omit<
  Required<Observation>,
  'tenant' | 'receivedAt' | 'responseIdTrusted' | 'eventId' | 'attribution' | 'tags' | 'usage' | 'reportedCostAtto'
>

/** What an observation says, as JSON holds it: maps as lists of pairs in a fixed order, keys in hex. */
type Content = { readonly [field in keyof Plain]: Plain[field] | undefined } & {
  readonly own: string
  readonly keys: readonly string[]
  readonly response: string | undefined
  readonly attribution: readonly (readonly [Dimension, string])[]
  readonly tags: readonly (readonly [string, string])[]
  readonly usage: readonly (readonly [UsageField, number])[] | undefined
  readonly reportedCostAtto: string | undefined
}

/**
 * Written field by field, in one literal: the order of the text must not depend on how the observation was put together,
 * and JSON leaves out what is undefined.
 */
function contentOf({ observation, own, keys, response }: Identified): Content {
  const { attribution, usage } = observation
  return {
    own: toHex(own),
    keys: keys.map(toHex).toSorted(),
    response: response && toHex(response),
    source: observation.source,
    dialect: observation.dialect,
    rank: observation.rank,
    scope: observation.scope,
    responseId: observation.responseId,
    traceId: observation.traceId,
    spanId: observation.spanId,
    parentSpanId: observation.parentSpanId,
    at: observation.at,
    provider: observation.provider,
    requestModel: observation.requestModel,
    responseModel: observation.responseModel,
    operation: observation.operation,
    serviceTier: observation.serviceTier,
    region: observation.region,
    status: observation.status,
    errorType: observation.errorType,
    billingAccount: observation.billingAccount,
    attribution: dimensions.flatMap((name) => {
      const value = attribution[name]
      return value === undefined ? [] : [[name, value] as const]
    }),
    ruled: observation.ruled,
    tags: Object.entries(observation.tags).toSorted(([a], [b]) => compare(a, b)),
    usage: usage && usageFields.flatMap((name) => (usage[name] === undefined ? [] : [[name, usage[name]] as const])),
    inputCharacters: observation.inputCharacters,
    outputCharacters: observation.outputCharacters,
    latencyMs: observation.latencyMs,
    ttftMs: observation.ttftMs,
    qualityScore: observation.qualityScore,
    resultCache: observation.resultCache,
    reportedCostAtto: observation.reportedCostAtto?.toString(),
    warnings: observation.warnings.toSorted(),
  }
}

function toHex(key: Key): string {
  return Buffer.from(key, 'latin1').toString('hex')
}

function fromHex(hex: string): Key {
  return Buffer.from(hex, 'hex').toString('latin1')
}

import { isResultHit } from '@spanledger/schemas/events/usage-event'
import type { Observation } from '../observation.ts'
import type { Identified, Key } from './keys.ts'
import { inOrder } from './recorded.ts'
import { endOf } from './when.ts'

/** What but a common key (a response id under two names of its provider is none) makes reports one request. */
export type Link = 'response_id' | 'parent' | 'trace' | 'heuristic'

/**
 * Reports that are known to be of one request, with what decides whether they are of one with others. It grows: `into` is
 * the part that took it in.
 */
export interface Part {
  readonly indices: number[]
  readonly members: Identified[]
  readonly links: Set<Link>
  into: Part | undefined
  /** Tells it from every other, whatever the order of arrival. */
  name: Key
  readonly scopes: Set<string>
  readonly services: Set<string>
  /** Tenant and trace. */
  readonly traces: Set<string>
  /** Response ids that their provider made: whatever the two call that provider. */
  readonly responses: Set<string>
  /** From the first start to the last end of its spans; without any whose end is known, `end` is before `start`. */
  start: number
  end: number
}

export function partOf(members: readonly Identified[], indices: readonly number[]): Part {
  const part: Part = {
    indices: [],
    members: [],
    links: new Set(),
    into: undefined,
    name: (members[indices[0] as number] as Identified).own,
    scopes: new Set(),
    services: new Set(),
    traces: new Set(),
    responses: new Set(),
    start: Number.POSITIVE_INFINITY,
    end: Number.NEGATIVE_INFINITY,
  }
  for (const index of indices) take(part, index, members[index] as Identified)
  return part
}

function take(part: Part, index: number, member: Identified): void {
  const { observation, own } = member
  part.indices.push(index)
  part.members.push(member)
  if (own < part.name) part.name = own
  if (observation.responseIdTrusted && observation.responseId) part.responses.add(observation.responseId)
  if (member.span === undefined) return
  part.scopes.add(observation.scope ?? '')
  part.traces.add(`${observation.tenant}\0${observation.traceId}`)
  if (observation.attribution.service) part.services.add(observation.attribution.service)
  if (!hasInterval(observation)) return
  part.start = Math.min(part.start, observation.at)
  part.end = Math.max(part.end, endOf(observation))
}

/** A span without a start stands where the door took it. */
function hasInterval({ latencyMs, warnings }: Observation): boolean {
  return latencyMs !== undefined && !warnings.includes('TIME_FROM_DOOR')
}

/** What it has become. */
export function whole(part: Part): Part {
  let at = part
  while (at.into) at = at.into
  return at
}

export function unite(one: Part, other: Part, link: Link): void {
  const a = whole(one)
  const b = whole(other)
  if (a === b) return
  for (const [place, index] of b.indices.entries()) take(a, index, b.members[place] as Identified)
  for (const each of b.links) a.links.add(each)
  a.links.add(link)
  b.into = a
}

/** Token totals as a charge of it has them (`fold`): none where nobody counted, or somebody only estimated. */
export function totalsOf(part: Part): string | undefined {
  // What a hit of a result cache counts was not used.
  if (isHit(part)) return undefined
  const counted = part.members.filter(({ observation }) => totalsIn(observation) !== undefined)
  if (counted.length === 0) return undefined
  counted.sort(inOrder)
  const first = (field: 'input_tokens' | 'output_tokens') =>
    counted.find(({ observation }) => observation.usage?.[field] !== undefined)?.observation.usage?.[field] ?? 0
  return `${first('input_tokens')}/${first('output_tokens')}`
}

/** Of a stream that was counted by guess, or only at its start. */
const uncounted: ReadonlySet<string> = new Set(['USAGE_ESTIMATED', 'USAGE_PARTIAL'])

export function totalsIn({ usage, warnings }: Observation): string | undefined {
  const { input_tokens: input = 0, output_tokens: output = 0 } = usage ?? {}
  if (input + output === 0 || warnings.some((warning) => uncounted.has(warning))) return undefined
  return `${input}/${output}`
}

export function isDisjoint<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  for (const each of a) if (b.has(each)) return false
  return true
}

/** Each has an id that its provider gave, and none is the other's. */
export function haveOtherIds(a: Part, b: Part): boolean {
  return a.responses.size > 0 && b.responses.size > 0 && isDisjoint(a.responses, b.responses)
}

export function isHit({ members }: Part): boolean {
  return members.some(({ observation }) => isResultHit(observation.resultCache))
}

import { type Part, haveOtherIds, isDisjoint, isHit } from './part.ts'

/** Nobody who wrote one wrote the other, and neither is said to run inside the other (`uniteParents` has judged that). */
export function areApart(a: Part, b: Part): boolean {
  return isDisjoint(a.scopes, b.scopes) && !isWithin(a, b) && !isWithin(b, a)
}

function isWithin(child: Part, parent: Part): boolean {
  return child.members.some((each) => each.parent && parent.members.some(({ span }) => span === each.parent))
}

/** At most one of them has an id of its provider's: else the ids say whether they are one. */
export function leaveIdsOpen(a: Part, b: Part): boolean {
  return a.responses.size === 0 || b.responses.size === 0
}

/** Something that both say speaks against one request. */
export function contradict(a: Part, b: Part): boolean {
  return (
    haveOtherIds(a, b) ||
    isHit(a) !== isHit(b) ||
    isDisjoint(saidBy(a, 'status'), saidBy(b, 'status')) ||
    isEmbedding(a) !== isEmbedding(b) ||
    !haveOneProvider(a, b) ||
    !haveOneModel(a, b)
  )
}

function saidBy({ members }: Part, field: 'status' | 'provider' | 'requestModel' | 'responseModel'): Set<string> {
  return new Set(members.flatMap(({ observation }) => observation[field] ?? []))
}

function isEmbedding({ members }: Part): boolean {
  return members.some(({ observation }) => observation.operation?.startsWith('embed') === true)
}

/** What speaks OpenAI's protocol is called by many names. */
const anyones: ReadonlySet<string> = new Set(['unknown', 'openai', 'azure', 'self-hosted'])

function haveOneProvider(a: Part, b: Part): boolean {
  const isAnyones = (name: string) => anyones.has(name) || name.startsWith('openai-compatible:')
  const ofA = saidBy(a, 'provider')
  const ofB = saidBy(b, 'provider')
  return !isDisjoint(ofA, ofB) || [...ofA, ...ofB].some(isAnyones)
}

/** `gpt-4o` and `gpt-4o-2024-08-06`, `us.anthropic.claude-…` and `claude-…` are one model to two instrumentations. */
function haveOneModel(a: Part, b: Part): boolean {
  const namesOf = (part: Part) =>
    [...saidBy(part, 'requestModel'), ...saidBy(part, 'responseModel')].map((name) => name.toLowerCase())
  const ofA = namesOf(a)
  const ofB = namesOf(b)
  if (ofA.length === 0 || ofB.length === 0) return true
  return ofA.some((one) => ofB.some((other) => one.includes(other) || other.includes(one)))
}

import type { AttributionRule } from '../config/attribution.ts'
import { type Attribution, type Dimension, dimensions } from '../events/dimensions.ts'
import { compileGlobs, type Glob } from './glob.ts'

/** What a rule may look at. `unknown`: not known here, though it may be known to who asks later. */
export interface Facts {
  readonly attribution: Attribution
  readonly tenant: string | undefined | typeof unknown
  readonly dialect: string | undefined | typeof unknown
  readonly provider: string | undefined | typeof unknown
  /** The requested and the answering one. */
  readonly models: readonly (string | undefined)[] | typeof unknown
  /** Of the record, as text. */
  attribute(name: string): string | undefined
  resource(name: string): string | undefined
}

export const unknown = Symbol('unknown')

type Verdict = boolean | typeof unknown
type Condition = (facts: Facts) => Verdict

export interface Rule {
  readonly set: Attribution
  readonly force: boolean
  /** Unknown when it depends on what is not known here, and everything else agrees. */
  matches(facts: Facts): Verdict
}

export function compileRule({ match, set, force }: AttributionRule): Rule {
  const conditions = [...conditionsOf(match)]
  return {
    set,
    force,
    matches(facts) {
      let verdict: Verdict = true
      for (const condition of conditions) {
        const holds = condition(facts)
        if (holds === false) return false
        if (holds === unknown) verdict = unknown
      }
      return verdict
    },
  }
}

function* conditionsOf(match: AttributionRule['match']): Iterable<Condition> {
  for (const dimension of dimensions) {
    const patterns = match[dimension]
    if (patterns === undefined) continue
    const glob = compileGlobs(patterns)
    yield ({ attribution }) => says(glob, attribution[dimension])
  }
  for (const field of ['tenant', 'dialect', 'provider'] as const) {
    const patterns = match[field]
    if (patterns === undefined) continue
    const glob = compileGlobs(patterns)
    yield (facts) => says(glob, facts[field])
  }
  if (match.model !== undefined) {
    const glob = compileGlobs(match.model)
    yield ({ models }) => (models === unknown ? unknown : models.some((model) => says(glob, model) === true))
  }
  for (const field of ['attributes', 'resource'] as const) {
    for (const [name, patterns] of Object.entries(match[field] ?? {})) {
      const glob = compileGlobs(patterns)
      yield (facts) => says(glob, field === 'attributes' ? facts.attribute(name) : facts.resource(name))
    }
  }
}

function says(glob: Glob, value: string | undefined | typeof unknown): Verdict {
  if (value === unknown) return unknown
  return value !== undefined && glob(value)
}

/** The dimensions that the configuration decided of a request, in their fixed order. */
export interface Ruled {
  /** Pinned, or set by a rule with force: whatever is said. */
  readonly forced: readonly Dimension[]
  /** Set where nothing was said. */
  readonly filled: readonly Dimension[]
}

export interface Settled {
  readonly attribution: Attribution
  /** undefined: the configuration decided nothing. */
  readonly ruled: Ruled | undefined
}

/**
 * An attribution after the configuration has had its say: what is pinned, then what rules force, then what was said,
 * then the other rules. Rules look at what was said and pinned, never at what another rule sets.
 *
 * @param maybe takes the dimensions that a rule may set for who knows more than is known here.
 */
export function applyRules(
  rules: readonly Rule[],
  pins: Attribution,
  facts: Facts,
  maybe?: (dimension: Dimension) => void,
): Settled {
  const forcing: Attribution[] = [pins]
  const filling: Attribution[] = []
  for (const rule of rules) {
    const verdict = rule.matches(facts)
    if (verdict === true) (rule.force ? forcing : filling).push(rule.set)
    else if (verdict === unknown) for (const dimension in rule.set) maybe?.(dimension as Dimension)
  }
  const attribution: { [dimension in Dimension]?: string } = {}
  const forced: Dimension[] = []
  const filled: Dimension[] = []
  for (const dimension of dimensions) {
    const over = firstOf(forcing, dimension)
    const value = over ?? facts.attribution[dimension] ?? firstOf(filling, dimension)
    if (value === undefined) continue
    attribution[dimension] = value
    if (over !== undefined) forced.push(dimension)
    else if (facts.attribution[dimension] === undefined) filled.push(dimension)
  }
  return { attribution, ruled: forced.length + filled.length > 0 ? { forced, filled } : undefined }
}

function firstOf(sets: readonly Attribution[], dimension: Dimension): string | undefined {
  for (const set of sets) {
    const value = set[dimension]
    if (value !== undefined) return value
  }
  return undefined
}

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

/** undefined: none. */
export function ruledOf(said: Attribution, forced: Attribution, settled: Attribution): Ruled | undefined {
  const ruled: Ruled = {
    forced: dimensions.filter((dimension) => forced[dimension] !== undefined),
    filled: dimensions.filter(
      (dimension) =>
        settled[dimension] !== undefined && said[dimension] === undefined && forced[dimension] === undefined,
    ),
  }
  return ruled.forced.length + ruled.filled.length > 0 ? ruled : undefined
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
): { readonly attribution: Attribution; readonly forced: Attribution } {
  const forced: { [dimension in Dimension]?: string } = {}
  const filled: { [dimension in Dimension]?: string } = {}
  for (const rule of rules) {
    const verdict = rule.matches(facts)
    if (verdict === false) continue
    const into = rule.force ? forced : filled
    for (const dimension in rule.set) {
      if (verdict === unknown) maybe?.(dimension as Dimension)
      else into[dimension as Dimension] ??= rule.set[dimension as Dimension] as string
    }
  }
  const over = { ...forced, ...pins }
  return { attribution: { ...filled, ...facts.attribution, ...over }, forced: over }
}

/** Which instrumentation scopes a fact holds for: `name` exact, or a prefix when it ends in `*`; versions half-open. */
export interface ScopeMatch {
  readonly name: string
  /** First version it holds for. */
  readonly from?: string
  /** First version it no longer holds for. */
  readonly below?: string
}

const maxRemembered = 1024

/**
 * The first of `matches` that holds for a scope. Every span asks and few scopes exist, so answers are remembered, in
 * bounded memory: scope names come from strangers.
 */
export function createScopeLookup<Match extends ScopeMatch>(
  matches: readonly Match[],
): (name: string, version: string) => Match | undefined {
  const answers = new Map<string, Match | undefined>()
  return (name, version) => {
    const key = `${name}\n${version}`
    const known = answers.get(key)
    if (known !== undefined || answers.has(key)) return known
    const found = matches.find((match) => matchesScope(match, name, version))
    if (answers.size >= maxRemembered) answers.clear()
    answers.set(key, found)
    return found
  }
}

/** A scope without a version counts as version 0: the oldest a producer can be. */
export function matchesScope(match: ScopeMatch, name: string, version: string): boolean {
  const named = match.name.endsWith('*') ? name.startsWith(match.name.slice(0, -1)) : name === match.name
  if (!named) return false
  if (match.from !== undefined && compareVersions(version, match.from) < 0) return false
  return match.below === undefined || compareVersions(version, match.below) < 0
}

/** By the leading dotted numbers: `1.3b0` is 1.3, `0.66b2` is 0.66, `v2` is 2. */
export function compareVersions(left: string, right: string): number {
  const a = versionNumbers(left)
  const b = versionNumbers(right)
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function versionNumbers(version: string): number[] {
  const leading = /^v?(\d{1,9}(?:\.\d{1,9}){0,3})/.exec(version)
  return leading ? (leading[1] as string).split('.').map(Number) : []
}

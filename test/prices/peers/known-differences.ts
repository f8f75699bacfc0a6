import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** Why another engine comes to another amount for some models, and who is right. */
export interface KnownDifference {
  readonly peers: readonly string[]
  readonly right: 'ours' | 'theirs' | 'both' | 'unsettled'
  readonly reason: string
  /** By provider and model the kinds of use, joined by commas, that show it. */
  readonly models: Readonly<Record<string, Readonly<Record<string, string>>>>
}

export const knownDifferences = parse(
  readFileSync(new URL('known-differences.yaml', import.meta.url), 'utf8'),
) as readonly KnownDifference[]

/** By `provider/model`, for one peer. */
export function knownOf(peer: string): Map<string, { kinds: string; entry: KnownDifference }> {
  const rows = knownDifferences
    .filter(({ peers }) => peers.includes(peer))
    .flatMap((entry) =>
      Object.entries(entry.models).flatMap(([provider, models]) =>
        Object.entries(models).map(([model, kinds]) => [`${provider}/${model}`, { kinds, entry }] as const),
      ),
    )
  return new Map(rows)
}

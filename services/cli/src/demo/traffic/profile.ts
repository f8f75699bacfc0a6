import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export type ProfileName = 'broad' | 'steady' | 'office' | 'daytime' | 'evening' | 'level'

/** What a recorded production client looked like over two weeks; how it was condensed is in `traces/README.md`. */
export interface Profile {
  /** Requests by hour, two weeks from a Monday 00:00, mean 1. */
  readonly hourly: readonly number[]
  /** Tokens at the quantiles 0.5, 0.9 and 0.99. */
  readonly input: readonly [number, number, number]
  readonly output: readonly [number, number, number]
}

export type Profiles = Readonly<Record<ProfileName, Profile>>

let loaded: Profiles | undefined

export function loadProfiles(): Profiles {
  const path = fileURLToPath(new URL('../../../traces/servegen-profile.json', import.meta.url))
  loaded ??= JSON.parse(readFileSync(path, 'utf8')) as Profiles
  return loaded
}

/** The token count at a quantile in [0, 1): between the known ones in logarithms, mirrored below the median. */
export function tokensAt([p50, p90, p99]: Profile['input'], quantile: number): number {
  const knots: readonly (readonly [number, number])[] = [
    [0, Math.max(1, (p50 * p50) / p99)],
    [0.1, Math.max(1, (p50 * p50) / p90)],
    [0.5, p50],
    [0.9, p90],
    [1, p99],
  ]
  const above = Math.max(
    1,
    knots.findIndex(([at]) => at > quantile),
  )
  const [fromQuantile, fromTokens] = knots[above - 1] as readonly [number, number]
  const [toQuantile, toTokens] = knots[above] as readonly [number, number]
  const share = (quantile - fromQuantile) / (toQuantile - fromQuantile)
  return Math.round(fromTokens * (toTokens / fromTokens) ** share)
}

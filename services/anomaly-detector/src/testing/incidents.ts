import { type Charge, traffic, usd } from './ledger-rows.ts'

export const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]
/** A Wednesday. */
export const today = Date.UTC(2026, 10, 18)

type Change = Partial<Parameters<typeof traffic>[0]>

const usualFeatures = [
  { team: 'search', feature: 'summaries', perHour: 60 },
  { team: 'search', feature: 'answers', perHour: 40 },
  { team: 'support', feature: 'triage', perHour: 30 },
] as const

/** Three features of two teams, the same at any hour: 60, 40 and 30 requests. */
export function usual(
  from: number,
  to: number,
  change: (feature: string) => Change | undefined = () => ({}),
): Charge[] {
  return usualFeatures.flatMap(({ team, feature, perHour }, index) => {
    const changed = change(feature)
    return changed === undefined
      ? []
      : traffic({ from, to, perHour, seed: index + 1, charge: { team, feature }, ...changed })
  })
}

/** One user of triage, 600 requests an hour. */
export function spikeOf(from: number, to: number, change: Partial<Charge> = {}): Charge[] {
  return traffic({
    from,
    to,
    perHour: 600,
    seed: 9,
    charge: { team: 'support', feature: 'triage', user: 'u7', ...change },
  })
}

/** A request of `answers` with a long prompt, of which `share` comes from the cache: 3 USD per million, cached 0.3. */
export function cachedAnswer(share: number) {
  return (_at: number, random: () => number): Partial<Charge> => {
    const inputTokens = 6000 + Math.round(3000 * random())
    const cacheRead = Math.round(inputTokens * share * (0.85 + 0.3 * random()))
    const full = usd(inputTokens * 3e-6)
    return {
      team: 'search',
      feature: 'answers',
      inputTokens,
      cacheRead,
      cost: full - usd(cacheRead * 2.7e-6),
      costWithoutCache: full,
    }
  }
}

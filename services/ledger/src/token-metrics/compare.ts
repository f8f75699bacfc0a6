import { type TokenType, tokenTypes } from './token-point.ts'

/** What a service's own metrics say of one provider's tokens in a window. */
export interface Counted {
  readonly tenant: string
  readonly service: string
  /** '' where the metric names none. */
  readonly provider: string
  readonly tokenType: TokenType
  /** Counted within the window for sure, by the reporter that counted most. */
  readonly least: number
  /** Counted in or at the edges of the window, by all reporters together: instrumentations may overlap or divide the work. */
  readonly most: number
}

/** What the ledger holds of a service and provider in the same window. */
export interface Held {
  readonly tenant: string
  readonly service: string
  readonly provider: string
  readonly tokens: Readonly<Record<TokenType, number>>
}

export interface Tolerance {
  /** Part of the larger side, 0 to 1. */
  readonly ratio: number
  /** Less than this on both sides is not compared. */
  readonly minTokens: number
}

export const defaultTolerance: Tolerance = { ratio: 0.05, minTokens: 10_000 }

export interface Comparison {
  readonly tenant: string
  readonly service: string
  /** '' for all of the service. */
  readonly provider: string
  readonly tokenType: TokenType
  readonly ledgerTokens: number
  /** The end of what the metrics allow that is nearer to the ledger's. */
  readonly metricTokens: number
  /** (ledger − metrics) / the larger of both: negative when the ledger lacks tokens, 0 when it is within what metrics allow. */
  readonly ratio: number
  readonly differs: boolean
}

/**
 * The ledger beside what producers counted themselves. By provider where the ledger knows every provider that a service's
 * metrics name; else all of the service together, and then only what the ledger lacks can be told.
 */
export function compareTokens(
  counted: readonly Counted[],
  held: readonly Held[],
  tolerance: Tolerance,
): readonly Comparison[] {
  const comparisons: Comparison[] = []
  for (const group of groupBy(counted, serviceOf).values()) {
    const [first] = group
    if (first === undefined) continue
    const ofService = held.filter((each) => serviceOf(each) === serviceOf(first))
    const named = new Set(group.map(({ provider }) => provider))
    const known = new Set(ofService.map(({ provider }) => provider))
    const isUnnamed = named.has('')
    const byProvider = !isUnnamed && [...named].every((provider) => known.has(provider))
    const parts = byProvider ? groupBy(group, ({ provider }) => provider) : new Map([['', group]])
    for (const [provider, part] of parts) {
      const tokens = ofService.filter((each) => provider === '' || each.provider === provider)
      for (const tokenType of tokenTypes) {
        const counts = part.filter((each) => each.tokenType === tokenType)
        if (counts.length === 0) continue
        const where = { tenant: first.tenant, service: first.service, provider, tokenType }
        const most = byProvider || isUnnamed ? sum(counts, ({ most }) => most) : Number.POSITIVE_INFINITY
        const ledger = sum(tokens, (each) => each.tokens[tokenType])
        comparisons.push(
          judge(
            where,
            ledger,
            sum(counts, ({ least }) => least),
            most,
            tolerance,
          ),
        )
      }
    }
  }
  return comparisons
}

function judge(
  where: Pick<Comparison, 'tenant' | 'service' | 'provider' | 'tokenType'>,
  ledgerTokens: number,
  least: number,
  most: number,
  { ratio: limit, minTokens }: Tolerance,
): Comparison {
  const metricTokens = Math.min(Math.max(ledgerTokens, least), most)
  const larger = Math.max(ledgerTokens, metricTokens)
  const ratio = larger === 0 ? 0 : (ledgerTokens - metricTokens) / larger
  return {
    ...where,
    ledgerTokens,
    metricTokens,
    ratio,
    differs: larger >= minTokens && Math.abs(ratio) > limit,
  }
}

const serviceOf = ({ tenant, service }: { tenant: string; service: string }) => JSON.stringify([tenant, service])

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}

import { type TokenType, tokenTypes } from './token-point.ts'

/** What one metric of a service says of one model's tokens in a window. */
export interface Counted {
  readonly tenant: string
  readonly service: string
  /** '' where the metric names none. */
  readonly provider: string
  readonly model: string
  /** Metric and scope: instrumentations may count the same calls, or divide them among each other. */
  readonly reporter: string
  readonly tokenType: TokenType
  /** Counted within the window for sure. */
  readonly least: number
  /** Counted in the window or at its edges. */
  readonly most: number
}

/** What the ledger holds of a service, provider and model in the same window. */
export interface Held {
  readonly tenant: string
  readonly service: string
  readonly provider: string
  /** Every name of the model: as priced, asked for, and answered by. */
  readonly models: readonly string[]
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
  /** Where most of a difference is; '' where there is none, or no model to tell. */
  readonly model: string
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
      const holds = ofService.filter((each) => provider === '' || each.provider === provider)
      for (const tokenType of tokenTypes) {
        const counts = part.filter((each) => each.tokenType === tokenType)
        if (counts.length === 0) continue
        const isCapped = byProvider || isUnnamed
        const judged = judge(rangeOf(counts, isCapped), sum(holds, heldOf(tokenType)), tolerance)
        const model = judged.differs ? mostlyOf(counts, holds, isCapped) : ''
        comparisons.push({ tenant: first.tenant, service: first.service, provider, model, tokenType, ...judged })
      }
    }
  }
  return comparisons
}

interface Range {
  readonly least: number
  readonly most: number
}

/** At least what the reporter counted that counted most of a provider, at most all of them together. */
function rangeOf(counts: readonly Counted[], isCapped: boolean): Range {
  let least = 0
  for (const ofProvider of groupBy(counts, ({ provider }) => provider).values()) {
    const byReporter = [...groupBy(ofProvider, ({ reporter }) => reporter).values()]
    least += Math.max(...byReporter.map((ofReporter) => sum(ofReporter, (each) => each.least)))
  }
  return { least, most: isCapped ? sum(counts, (each) => each.most) : Number.POSITIVE_INFINITY }
}

function judge({ least, most }: Range, ledgerTokens: number, { ratio: limit, minTokens }: Tolerance) {
  const metricTokens = Math.min(Math.max(ledgerTokens, least), most)
  const larger = Math.max(ledgerTokens, metricTokens)
  const ratio = larger === 0 ? 0 : (ledgerTokens - metricTokens) / larger
  return { ledgerTokens, metricTokens, ratio, differs: larger >= minTokens && Math.abs(ratio) > limit }
}

/** The model that differs most, by any of its names. */
function mostlyOf(counts: readonly Counted[], holds: readonly Held[], isCapped: boolean): string {
  let mostly = ''
  let largest = 0
  for (const [model, ofModel] of groupBy(counts, (each) => each.model)) {
    const tokenType = ofModel[0]?.tokenType
    if (model === '' || tokenType === undefined) continue
    const held = sum(
      holds.filter(({ models }) => models.includes(model)),
      heldOf(tokenType),
    )
    const { least, most } = rangeOf(ofModel, isCapped)
    const difference = Math.max(least - held, held - most)
    if (difference > largest) {
      mostly = model
      largest = difference
    }
  }
  return mostly
}

const heldOf = (tokenType: TokenType) => (held: Held) => held.tokens[tokenType]

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

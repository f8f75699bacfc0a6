import type { DescribedIssue } from './describe-issue.ts'
import { fieldsOf } from './fields.ts'
import { globsMeet } from './globs-meet.ts'
import { emptySpan, overlap, spanOf, unitPriceConflicts } from './price-fields.ts'

const kinds = ['discount_percent', 'markup_percent', 'prices'] as const

/** Contracts that say nothing, too much, never hold, or of which nobody could say which one wins. */
export function contractConflicts(contracts: readonly unknown[]): DescribedIssue[] {
  const all = contracts.map(fieldsOf)
  return all.flatMap((contract, index) => {
    const path = ['prices', 'contracts', index]
    return [
      ...ownConflicts(path, contract),
      ...repeatedId(path, contract, all.slice(0, index)),
      ...ties(path, contract, all.slice(0, index)),
    ]
  })
}

function ownConflicts(path: readonly PropertyKey[], contract: Readonly<Record<string, unknown>>): DescribedIssue[] {
  const said = kinds.filter((kind) => contract[kind] !== undefined)
  const problems = [
    ...emptySpan(path, contract, 'effective_from', 'effective_to'),
    ...unitPriceConflicts([...path, 'prices'], contract['prices'], contract['currency']),
  ]
  if (said.length > 1) {
    problems.push({ path, problem: `has ${said.join(' and ')}: a contract has one of them; make two contracts of it` })
  }
  if (said.length === 0 && contract['trust_provider_cost'] !== true) {
    problems.push({ path, problem: `says no price: it takes one of ${kinds.join(', ')}, or trust_provider_cost: true` })
  }
  if (contract['prices'] !== undefined && Object.keys(fieldsOf(contract['prices'])).length === 0) {
    problems.push({ path: [...path, 'prices'], problem: 'has no meter: name one, such as input_tokens' })
  }
  return problems
}

function repeatedId(
  path: readonly PropertyKey[],
  { id }: Readonly<Record<string, unknown>>,
  before: readonly Readonly<Record<string, unknown>>[],
): DescribedIssue[] {
  if (typeof id !== 'string') return []
  const first = before.findIndex((other) => other['id'] === id)
  if (first < 0) return []
  const problem = `is the id of contracts[${first}] already: every charge names its contract, give each its own`
  return [{ path: [...path, 'id'], problem }]
}

/** The most specific wins, then priority, then the latest start; where all of that is equal, nothing decides. */
function ties(
  path: readonly PropertyKey[],
  contract: Readonly<Record<string, unknown>>,
  before: readonly Readonly<Record<string, unknown>>[],
): DescribedIssue[] {
  const other = before.findIndex((each) => isTie(contract, each))
  if (other < 0) return []
  const problem =
    `holds for the same requests as contracts[${other}], from the same time on, and is no more and no less specific: ` +
    'give one of them a priority, or another scope'
  return [{ path, problem }]
}

function isTie(one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): boolean {
  const [spanOne, spanOther] = [one, other].map((each) => spanOf(each['effective_from'], each['effective_to']))
  if (!spanOne || !spanOther || spanOne.from !== spanOther.from || !overlap(spanOne, spanOther)) return false
  if ((one['priority'] ?? 0) !== (other['priority'] ?? 0) || textOf(one['provider']) !== textOf(other['provider']))
    return false
  return samePrices(one, other) && samePattern(one['model_pattern'], other['model_pattern']) && sameScope(one, other)
}

/** A price of a meter beats what holds for all of them; prices of different meters do not meet. */
function samePrices(one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): boolean {
  const [fixed, others] = [one['prices'], other['prices']].map(fieldsOf)
  if (one['prices'] === undefined && other['prices'] === undefined) return true
  return Object.keys(fixed ?? {}).some((meter) => meter in (others ?? {}))
}

function samePattern(one: unknown, other: unknown): boolean {
  if (typeof one !== 'string' || typeof other !== 'string') return false
  const [a, b] = [textOf(one), textOf(other)]
  if (!a.includes('*') || !b.includes('*')) return a === b
  return a.length === b.length && globsMeet(a, b)
}

/** As many fields, none of which tells them apart. */
function sameScope(one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): boolean {
  const [a, b] = [fieldsOf(one['scope']), fieldsOf(other['scope'])]
  if (Object.keys(a).length !== Object.keys(b).length) return false
  return Object.keys(a).every((field) => !(field in b) || a[field] === b[field])
}

function textOf(given: unknown): string {
  return typeof given === 'string' ? given.trim().toLowerCase() : ''
}

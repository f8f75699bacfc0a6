import { type Usage, usageFields } from '@spanledger/schemas/events/usage'
import type { ExpectedRequest } from './expected.ts'
import type { HeldRequest } from './held.ts'

export interface Comparison {
  /** Requests of the bill that the ledger lacks, of the ledger that nobody billed, and warnings that are not there. */
  readonly missing: readonly string[]
  readonly surplus: readonly string[]
  readonly unflagged: readonly string[]
}

/** Request by request: sums could be equal by accident, and a mixed-up pair would not show. */
export function compare(expected: readonly ExpectedRequest[], held: readonly HeldRequest[]): Comparison {
  const left = new Map<string, HeldRequest[]>()
  for (const request of held) left.set(lineOf(request), [...(left.get(lineOf(request)) ?? []), request])
  const missing: string[] = []
  const unflagged: string[] = []
  for (const request of expected) {
    const line = lineOf(request)
    const candidates = left.get(line) ?? []
    const index = candidates.findIndex(({ warnings }) => request.warnings.every((code) => warnings.includes(code)))
    const [found] = candidates.splice(Math.max(index, 0), 1)
    if (!found) missing.push(line)
    else if (index === -1) unflagged.push(`${line}: ${request.warnings.join(' ')}, has ${found.warnings.join(' ')}`)
  }
  return { missing, surplus: [...left.values()].flat().map(lineOf), unflagged }
}

/** A request in one line: what it is, and every count above 0. */
function lineOf({ standing, usage }: ExpectedRequest | HeldRequest): string {
  return [standing, ...countsOf(usage)].join(' ')
}

function countsOf(usage: Usage): string[] {
  return usageFields.flatMap((field) => (usage[field] ? [`${field}=${usage[field]}`] : []))
}

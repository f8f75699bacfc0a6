import { nearestName } from '../config/nearest-name.ts'
import type { ConfigFileProblem } from './config-file-error.ts'

const known = ['alerts', 'attribution', 'prices'] as const
/** Of the public contract, and not read by this version: said, never ignored. */
const later = ['budgets', 'calendar'] as const

export type SectionName = (typeof known)[number]

export interface Sections {
  readonly sections: Readonly<Partial<Record<SectionName, unknown>>>
  readonly problems: readonly ConfigFileProblem[]
}

/** The sections of the file; everything else at its top is a problem. An empty file has none. */
export function checkSections(data: unknown, lineOf: (path: readonly PropertyKey[]) => number): Sections {
  if (data === null || data === undefined) return { sections: {}, problems: [] }
  if (typeof data !== 'object' || Array.isArray(data)) {
    const problem = `holds no sections: it takes "${known.join(':" or "')}:" with its fields indented below it`
    return { sections: {}, problems: [{ line: 1, path: [], problem }] }
  }
  const problems = Object.keys(data)
    .filter((name) => !known.includes(name as 'alerts'))
    .map((name) => ({ line: lineOf([name]), path: [name], problem: problemOf(name) }))
  return { sections: data, problems }
}

function problemOf(name: string): string {
  if (later.includes(name as 'budgets')) return 'is not in this version yet: take it out, it would have no effect'
  const meant = nearestName(name, [...known, ...later])
  return `is not a section: ${meant === undefined ? `this version reads ${known.join(', ')}` : `did you mean ${meant}?`}`
}

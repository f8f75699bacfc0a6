import { plainKey } from '@spanledger/schemas/attribution/spellings'
import { isContent } from '@spanledger/schemas/events/content-attributes'
import type { DescribedIssue } from './describe-issue.ts'
import { fieldsOf, listOf } from './fields.ts'

/**
 * What is wrong between fields of the section `attribution`, each of which may be right by itself. Looks at what was
 * given, whatever else is wrong with it, so that all problems are said at once.
 */
export function attributionConflicts(section: unknown): DescribedIssue[] {
  const { spellings, rules, api_keys: keys } = fieldsOf(section)
  return [...sharedSpellings(spellings), ...contentAttributes(rules), ...repeatedKeys(keys)]
}

function sharedSpellings(spellings: unknown): DescribedIssue[] {
  const owners = new Map<string, string>()
  return Object.entries(fieldsOf(spellings)).flatMap(([dimension, asked]) => {
    const only = fieldsOf(asked)['only']
    const [names, below] = Array.isArray(asked) ? [asked, []] : [listOf(only), ['only']]
    return names.flatMap((name: unknown, index): DescribedIssue[] => {
      if (typeof name !== 'string' || plainKey(name) === '') return []
      const owner = owners.get(plainKey(name)) ?? dimension
      owners.set(plainKey(name), owner)
      if (owner === dimension) return []
      const path = ['attribution', 'spellings', dimension, ...below, index]
      return [{ path, problem: `is ${JSON.stringify(name)}, which is a spelling of ${owner} already: keep one` }]
    })
  })
}

/** Attributes that are never stored cannot be matched. */
function contentAttributes(rules: unknown): DescribedIssue[] {
  return listOf(rules).flatMap((rule, index) => {
    const match = fieldsOf(fieldsOf(rule)['match'])
    return ['attributes', 'resource'].flatMap((field) =>
      Object.keys(fieldsOf(match[field]))
        .filter(isContent)
        .map((name) => ({
          path: ['attribution', 'rules', index, 'match', field, name],
          problem: 'holds prompts or answers, which are removed at the door: match another attribute',
        })),
    )
  })
}

function repeatedKeys(keys: unknown): DescribedIssue[] {
  const seen = new Set<string>()
  return listOf(keys).flatMap((key, index): DescribedIssue[] => {
    const hash = fieldsOf(key)['key_sha256']
    if (typeof hash !== 'string') return []
    if (!seen.has(hash.toLowerCase())) {
      seen.add(hash.toLowerCase())
      return []
    }
    const path = ['attribution', 'api_keys', index, 'key_sha256']
    return [{ path, problem: 'is there already: put everything about one key into one entry' }]
  })
}

import { nearestName } from '../config/nearest-name.ts'
import type { DescribedIssue } from './describe-issue.ts'
import { fieldsOf, listOf } from './fields.ts'

/** Channels that are always there: SLACK_WEBHOOK_URL, and nobody. */
const builtIn = ['slack', 'none']

/**
 * What is wrong between fields of the section `alerts`, each of which may be right by itself. Looks at what was given,
 * whatever else is wrong with it, so that all problems are said at once.
 */
export function alertConflicts(section: unknown): DescribedIssue[] {
  const { channels, routes, rules } = fieldsOf(section)
  return [...reservedNames(channels), ...unknownTargets(channels, routes), ...shortBaselines(rules)]
}

function reservedNames(channels: unknown): DescribedIssue[] {
  return Object.keys(fieldsOf(channels))
    .filter((name) => builtIn.includes(name))
    .map((name) => ({
      path: ['alerts', 'channels', name],
      problem: 'is a name with a meaning of its own (slack is SLACK_WEBHOOK_URL, none is nobody): choose another',
    }))
}

function unknownTargets(channels: unknown, routes: unknown): DescribedIssue[] {
  const names = [...Object.keys(fieldsOf(channels)), ...builtIn]
  return listOf(routes).flatMap((route, index) =>
    listOf(fieldsOf(route)['to']).flatMap((target, position): DescribedIssue[] => {
      if (typeof target !== 'string' || names.includes(target)) return []
      const meant = nearestName(target, names)
      const shown = target.includes('hooks.slack') ? '[redacted]' : JSON.stringify(target)
      const fix =
        meant === undefined ? `describe it under channels, or use one of ${names.join(', ')}` : `did you mean ${meant}?`
      return [
        {
          path: ['alerts', 'routes', index, 'to', position],
          problem: `is ${shown}, which is no channel: ${fix}`,
        },
      ]
    }),
  )
}

const usualLeast = 3

function shortBaselines(rules: unknown): DescribedIssue[] {
  return Object.entries(fieldsOf(rules)).flatMap(([name, rule]): DescribedIssue[] => {
    const { kind, baseline_days: days, min_baseline_days: least = usualLeast } = fieldsOf(rule)
    if (kind !== 'spend_spike') return []
    if (typeof days !== 'number' || typeof least !== 'number' || days >= least) return []
    const path = ['alerts', 'rules', name, 'baseline_days']
    return [{ path, problem: 'asks for fewer days than min_baseline_days: no series would ever be judged' }]
  })
}

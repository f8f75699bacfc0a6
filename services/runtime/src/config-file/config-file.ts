import { type AlertsConfig, alertsConfig, withImpliedKinds } from '@spanledger/schemas/config/alerts'
import type { z } from 'zod'
import { ConfigFileError, type ConfigFileProblem } from './config-file-error.ts'
import { conflictsIn } from './conflicts.ts'
import { describeIssue } from './describe-issue.ts'
import { readYaml } from './yaml-text.ts'
import { checkSections } from './sections.ts'

/** What spanledger.yaml says; what it leaves out has its default. */
export interface ConfigFile {
  readonly alerts: AlertsConfig
}

export const defaultConfigFile: ConfigFile = { alerts: alertsConfig.parse({}) }

/**
 * Reads the text of a configuration file, and takes it whole or not at all.
 *
 * @param name how a message calls the file.
 * @throws ConfigFileError with every problem at once, each with its line.
 */
export function parseConfigFile(text: string, name: string): ConfigFile {
  const { data, lineOf, problems: syntax } = readYaml(text)
  if (syntax.length > 0) throw new ConfigFileError(name, syntax)
  const { sections, problems } = checkSections(data, lineOf)
  const given = withoutEmpty(sections.alerts)
  const parsed = alertsConfig.safeParse(given)
  const found: ConfigFileProblem[] = [
    ...problems,
    ...(parsed.error?.issues ?? []).flatMap((issue) => describe(issue, given, lineOf)),
    ...conflictsIn(given).map((problem) => ({ ...problem, line: lineOf(problem.path) })),
  ]
  if (found.length > 0 || !parsed.success) throw new ConfigFileError(name, found)
  return { alerts: parsed.data }
}

function describe(issue: z.core.$ZodIssue, given: unknown, lineOf: (path: readonly PropertyKey[]) => number) {
  return describeIssue(issue, alertsConfig, given).map(({ path, ...problem }) => {
    const full = ['alerts', ...path]
    return { ...problem, path: full, line: lineOf(full) }
  })
}

/** `rules:` with nothing under it, or with all of it commented out, is as if it were not there. */
function withoutEmpty(section: unknown): unknown {
  if (typeof section !== 'object' || section === null || Array.isArray(section)) return section ?? {}
  const given = Object.fromEntries(Object.entries(section).filter(([, value]) => value !== null))
  return { ...given, rules: withImpliedKinds(given['rules']) }
}

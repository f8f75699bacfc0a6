import { type AlertsConfig, alertsConfig, withImpliedKinds } from '@spanledger/schemas/config/alerts'
import {
  type AttributionConfig,
  attributionConfig,
  defaultAttributionConfig,
} from '@spanledger/schemas/config/attribution'
import type { z } from 'zod'
import { alertConflicts } from './alert-conflicts.ts'
import { attributionConflicts } from './attribution-conflicts.ts'
import { ConfigFileError, type ConfigFileProblem } from './config-file-error.ts'
import { type DescribedIssue, describeIssue } from './describe-issue.ts'
import { readYaml } from './yaml-text.ts'
import { checkSections } from './sections.ts'

/** What spanledger.yaml says; what it leaves out has its default. */
export interface ConfigFile {
  readonly alerts: AlertsConfig
  readonly attribution: AttributionConfig
}

export const defaultConfigFile: ConfigFile = { alerts: alertsConfig.parse({}), attribution: defaultAttributionConfig }

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
  const alertsGiven = withKinds(withoutEmpty(sections.alerts))
  const attributionGiven = withoutEmpty(sections.attribution)
  const alerts = readSection('alerts', alertsConfig, alertsGiven)
  const attribution = readSection('attribution', attributionConfig, attributionGiven)
  const found: ConfigFileProblem[] = [
    ...problems,
    ...[
      ...alerts.problems,
      ...alertConflicts(alertsGiven),
      ...attribution.problems,
      ...attributionConflicts(attributionGiven),
    ].map((problem) => ({ ...problem, line: lineOf(problem.path) })),
  ]
  if (found.length > 0 || alerts.value === undefined || attribution.value === undefined) {
    throw new ConfigFileError(name, found)
  }
  return { alerts: alerts.value, attribution: attribution.value }
}

function readSection<T>(name: string, schema: z.ZodType<T>, given: unknown) {
  const parsed = schema.safeParse(given)
  const problems: DescribedIssue[] = (parsed.error?.issues ?? [])
    .flatMap((issue) => describeIssue(issue, schema, given))
    .map(({ path, problem }) => ({ path: [name, ...path], problem }))
  return { value: parsed.data, problems }
}

/** `rules:` with nothing under it, or with all of it commented out, is as if it were not there. */
function withoutEmpty(section: unknown): unknown {
  if (typeof section !== 'object' || section === null || Array.isArray(section)) return section ?? {}
  return Object.fromEntries(Object.entries(section).filter(([, value]) => value !== null))
}

function withKinds(alerts: unknown): unknown {
  if (typeof alerts !== 'object' || alerts === null || Array.isArray(alerts)) return alerts
  return { ...alerts, rules: withImpliedKinds((alerts as Record<string, unknown>)['rules']) }
}

import { type AlertsConfig, alertsConfig, withImpliedKinds } from '@spanledger/schemas/config/alerts'
import {
  type AttributionConfig,
  attributionConfig,
  defaultAttributionConfig,
} from '@spanledger/schemas/config/attribution'
import { type PricesConfig, priceOverridesFrom, pricesConfig } from '@spanledger/schemas/config/prices'
import type { PriceOverrides } from '@spanledger/schemas/prices/overrides'
import type { z } from 'zod'
import { alertConflicts } from './alert-conflicts.ts'
import { attributionConflicts } from './attribution-conflicts.ts'
import { ConfigFileError, type ConfigFileProblem } from './config-file-error.ts'
import { type DescribedIssue, describeIssue } from './describe-issue.ts'
import { priceConflicts } from './price-conflicts.ts'
import { checkSections, type SectionName } from './sections.ts'
import { readYaml } from './yaml-text.ts'

/** What spanledger.yaml says; what it leaves out has its default. */
export interface ConfigFile {
  readonly alerts: AlertsConfig
  readonly attribution: AttributionConfig
  readonly prices: PriceOverrides
}

export const defaultConfigFile: ConfigFile = {
  alerts: alertsConfig.parse({}),
  attribution: defaultAttributionConfig,
  prices: {},
}

interface Section {
  readonly schema: z.ZodType
  /** What is wrong between fields, each of which may be right by itself; looks at what was given. */
  readonly conflicts: (given: unknown) => DescribedIssue[]
  /** What is implied by what was given. */
  readonly complete?: (given: unknown) => unknown
}

const rulesOf: Readonly<Record<SectionName, Section>> = {
  alerts: { schema: alertsConfig, conflicts: alertConflicts, complete: withKinds },
  attribution: { schema: attributionConfig, conflicts: attributionConflicts },
  prices: { schema: pricesConfig, conflicts: priceConflicts },
}

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
  const found: ConfigFileProblem[] = [...problems]

  function read(section: SectionName): unknown {
    const { schema, conflicts, complete } = rulesOf[section]
    const present = withoutEmpty(sections[section])
    const given = complete ? complete(present) : present
    const parsed = schema.safeParse(given)
    const described = (parsed.error?.issues ?? [])
      .flatMap((issue) => describeIssue(issue, schema, given))
      .map(({ path, problem }) => ({ path: [section, ...path], problem }))
    for (const each of [...described, ...conflicts(given)]) found.push({ ...each, line: lineOf(each.path) })
    return parsed.data
  }

  const [alerts, attribution, prices] = [read('alerts'), read('attribution'), read('prices')]
  if (found.length > 0) throw new ConfigFileError(name, found)
  return {
    alerts: alerts as AlertsConfig,
    attribution: attribution as AttributionConfig,
    prices: priceOverridesFrom(prices as PricesConfig),
  }
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

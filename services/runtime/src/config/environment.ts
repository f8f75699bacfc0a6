import { isIPv4 } from 'node:net'
import { ConfigError, type ConfigProblem } from './config-error.ts'
import { findKafkaConflicts } from './kafka-conflicts.ts'
import { nearestName } from './nearest-name.ts'
import { docOf, type Environment, environment, type VariableName, variableNames } from './variables.ts'

export type { Environment } from './variables.ts'

const ports = [
  'SPANLEDGER_OTLP_HTTP_PORT',
  'SPANLEDGER_OTLP_GRPC_PORT',
  'SPANLEDGER_CONSOLE_PORT',
  'SPANLEDGER_ADMIN_PORT',
  'SPANLEDGER_CLICKHOUSE_HTTP_PORT',
  'SPANLEDGER_CLICKHOUSE_TCP_PORT',
] as const satisfies readonly VariableName[]

/**
 * Reads the environment. A variable that is set to nothing counts as not set.
 *
 * @throws ConfigError with every problem at once; secrets are never in it.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Environment {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = environment.safeParse(given)
  const problems = [...findUnknown(given)]
  for (const { path, message, code } of parsed.error?.issues ?? []) {
    const name = path[0] as VariableName
    problems.push(problemOf(name, given, code === 'custom' && message !== 'Invalid input' ? message : 'cannot be used'))
  }
  problems.push(...findConflicts(given))
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems)
  return parsed.data
}

function problemOf(variable: VariableName, given: Record<string, string | undefined>, problem: string): ConfigProblem {
  const { secret, expects } = docOf(variable)
  const value = given[variable] ?? ''
  const shown = secret || value.includes('@') ? '[redacted]' : JSON.stringify(value)
  return { variable, given: shown, problem, fix: `it takes ${expects}` }
}

function findUnknown(given: Record<string, string | undefined>): ConfigProblem[] {
  return Object.keys(given)
    .filter((name) => name.startsWith('SPANLEDGER_') && !(name in environment.shape))
    .map((variable) => {
      const meant = nearestName(variable, variableNames)
      const fix =
        meant === undefined ? 'unset it; services/runtime/README.md lists the names' : `did you mean ${meant}?`
      return { variable, problem: 'is not a variable of spanledger', fix }
    })
}

/** What is wrong between variables, judged on those that are right by themselves. */
function findConflicts(given: Record<string, string | undefined>): ConfigProblem[] {
  const problems = findKafkaConflicts(given)
  const host = given['SPANLEDGER_HOST']
  if (host !== undefined && !isLoopback(host) && given['SPANLEDGER_API_KEYS'] === undefined) {
    const problem = 'can be reached by others, and no API keys are set'
    const fix = 'set SPANLEDGER_API_KEYS=key:tenant, or leave the address at 127.0.0.1'
    problems.push({ variable: 'SPANLEDGER_HOST', given: JSON.stringify(host), problem, fix })
  }
  const taken = new Map<number, string>()
  for (const variable of ports) {
    const { data: value } = environment.shape[variable].safeParse(given[variable])
    if (value === undefined || value === 0) continue
    const other = taken.get(value)
    if (other !== undefined) {
      problems.push({ variable, given: String(value), problem: `is also ${other}`, fix: 'give each its own port' })
    }
    taken.set(value, variable)
  }
  return problems
}

/** Only this machine can reach it. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}

import type { ConfigProblem } from './config-error.ts'

/** What is wrong between the variables of Kafka: half a login, an authority for a connection that is not encrypted. */
export function findKafkaConflicts(given: Readonly<Record<string, string | undefined>>): ConfigProblem[] {
  const problems: ConfigProblem[] = []
  const login = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD']
  const missing = login.filter((variable) => given[variable] === undefined)
  if (missing.length > 0 && missing.length < login.length) {
    for (const variable of missing) {
      const others = login.filter((name) => !missing.includes(name)).join(' and ')
      problems.push({
        variable,
        problem: `is not set, and ${others} is`,
        fix: 'set all three of KAFKA_SASL_*, or none',
      })
    }
  }
  const isEncrypted = given['KAFKA_SSL'] === 'true' || given['KAFKA_SSL'] === '1'
  if (given['KAFKA_SSL_CA'] !== undefined && !isEncrypted) {
    const problem = 'names an authority for TLS, which is off'
    problems.push({ variable: 'KAFKA_SSL_CA', problem, fix: 'set KAFKA_SSL=true, or unset it' })
  }
  return problems
}

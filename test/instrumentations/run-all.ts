import { untilDrained } from '../harness/event-log.ts'
import type { Spanledger } from '../harness/spanledger.ts'
import { until } from '../harness/until.ts'
import { compare } from './compare.ts'
import { type Environment, prepare } from './environments.ts'
import { expectedOf } from './expected.ts'
import { heldOf } from './held.ts'
import { type Outcome, problemsOf } from './outcome.ts'
import { type Provider, startProvider } from './provider/provider.ts'
import { runScenario } from './run-scenario.ts'
import type { Scenario } from './scenario.ts'

/** Twins without a common key are found by the auditor, which looks every few seconds. */
const auditMs = 30_000

export interface RunAllOptions {
  readonly seed: number
  readonly atOnce: number
}

/** Runs the scenarios against one provider and one running spanledger, and compares what the two counted. */
export async function runAll(
  scenarios: readonly Scenario[],
  spanledger: Spanledger,
  { seed, atOnce }: RunAllOptions,
): Promise<Outcome[]> {
  const provider = await startProvider(seed)
  try {
    const environments = new Map<Scenario['environment'], Environment | { readonly missing: string }>()
    for (const { environment } of scenarios) {
      if (!environments.has(environment)) environments.set(environment, await prepare(environment))
    }
    const broken = new Map<Scenario, Outcome>()
    const waiting = [...scenarios]
    const work = async () => {
      for (let scenario = waiting.shift(); scenario; scenario = waiting.shift()) {
        const outcome = await run(scenario, environments.get(scenario.environment), { provider, spanledger })
        if (outcome) broken.set(scenario, outcome)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    await untilDrained(spanledger.dataDir)
    return await Promise.all(
      scenarios.map(async (scenario) => broken.get(scenario) ?? (await settled(scenario, { provider, spanledger }))),
    )
  } finally {
    await provider.stop()
  }
}

interface Sides {
  readonly provider: Provider
  readonly spanledger: Spanledger
}

/** What went wrong, if anything did. */
async function run(
  scenario: Scenario,
  environment: Environment | { readonly missing: string } | undefined,
  { provider, spanledger }: Sides,
): Promise<Outcome | undefined> {
  if (environment === undefined || 'missing' in environment) {
    return { scenario, skipped: `no packages for ${scenario.environment}: ${environment?.missing}` }
  }
  try {
    await runScenario(scenario, environment(scenario.script), { provider, doorUrl: spanledger.doorUrl })
    return undefined
  } catch (error) {
    return { scenario, failed: (error as Error).message }
  }
}

/** The comparison when it comes out right, or when it would have by now. */
async function settled(scenario: Scenario, { provider, spanledger }: Sides): Promise<Outcome> {
  const bill = provider.bill.of(scenario.name)
  const expected = expectedOf(scenario, bill)
  const look = async (): Promise<Outcome> => {
    const held = await heldOf(spanledger.sql, scenario.name)
    return { scenario, bill, held, comparison: compare(expected, held) }
  }
  let outcome = await look()
  const isRight = async () => {
    if (problemsOf(outcome).length > 0) outcome = await look()
    return problemsOf(outcome).length === 0
  }
  await until('the auditor', isRight, { withinMs: auditMs, everyMs: 1000 }).catch(() => false)
  return outcome
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { brokenInvariants } from '../harness/invariants.ts'
import { seedOfRun } from '../harness/seed-of-run.ts'
import { createSpanledger, type Spanledger } from '../harness/spanledger.ts'
import { type Outcome, problemsOf } from './outcome.ts'
import { runAll } from './run-all.ts'
import { scenarios } from './scenarios.ts'
import { tableOf } from './table.ts'

/** Real packages, unmodified, in programs as people write them; the provider they call knows what it billed. */
const seed = seedOfRun()
const always = scenarios.filter((scenario) => scenario.always)
let spanledger: Spanledger
let outcomes: readonly Outcome[] = []
beforeAll(async () => {
  spanledger = await createSpanledger()
  await spanledger.start()
  outcomes = await runAll(always, spanledger, { seed, atOnce: 2 })
  console.log(`FAULT_SEED=${seed}\n${tableOf(outcomes)}`)
}, 480_000)
afterAll(() => spanledger?.dispose())

describe('the ledger has what the provider billed, but for what the package does not tell, and says so', () => {
  test.for(always.map(({ name }) => name))('%s', (name, { skip }) => {
    const outcome = outcomes.find(({ scenario }) => scenario.name === name)
    if (outcome === undefined) throw new Error(`${name} did not run`)
    if ('skipped' in outcome) return skip(outcome.skipped)
    expect(problemsOf(outcome)).toEqual([])
  })

  test('and breaks none of its promises meanwhile', async () => {
    expect(await brokenInvariants(spanledger.sql)).toEqual({})
  })
})

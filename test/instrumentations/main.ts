import { createSpanledger } from '../harness/spanledger.ts'
import { problemsOf } from './outcome.ts'
import { runAll } from './run-all.ts'
import { scenarios } from './scenarios.ts'
import { tableOf } from './table.ts'

/** `npm run instrumentations -- [--all | NAME…]`: the table, and every difference; ends with 1 if there is one. */
const words = process.argv.slice(2)
const wanted = scenarios.filter(({ name, always }) =>
  words.includes('--all') ? true : words.length > 0 ? words.includes(name) : always,
)
if (wanted.length === 0) {
  console.error(`there is no scenario ${words.join(' ')}; there are: ${scenarios.map(({ name }) => name).join(' ')}`)
  process.exit(2)
}

const spanledger = await createSpanledger()
try {
  await spanledger.start()
  const outcomes = await runAll(wanted, spanledger, { seed: 20_261_121, atOnce: 2 })
  for (const outcome of outcomes) {
    for (const problem of problemsOf(outcome)) {
      console.log(`${outcome.scenario.name}: ${problem}`)
      process.exitCode = 1
    }
  }
  console.log(`\n${tableOf(outcomes)}`)
} finally {
  await spanledger.dispose()
}

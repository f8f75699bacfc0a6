import { cases } from './cases.ts'
import { createDice } from './dice.ts'
import { loadSeeds } from './seeds.ts'

/**
 * `npm run fuzz -- [--cases N] [--seconds S] [--seed N] [--only NAME]`: hostile telemetry against the door's readers and
 * the ledger's, until N cases or S seconds are done (default: 60 seconds). Prints a JSON line. A case that breaks a
 * promise, or takes longer than a second, ends it with 1 and the command that repeats it.
 */
const options = new Map<string, string>()
for (let i = 2; i + 1 < process.argv.length; i += 2)
  options.set(process.argv[i] as string, process.argv[i + 1] as string)
for (const name of options.keys()) {
  if (!['--cases', '--seconds', '--seed', '--only', '--from'].includes(name)) fail(`unknown option ${name}`)
}
const seed = number('--seed', Math.floor(Math.random() * 2 ** 31))
const maxCases = number('--cases', Number.POSITIVE_INFINITY)
const seconds = number('--seconds', options.has('--cases') ? Number.POSITIVE_INFINITY : 60)
const slowestMs = 1_000

const chosen = cases.filter(([name]) => (options.get('--only') ?? name) === name)
if (chosen.length === 0) fail(`--only takes one of ${cases.map(([name]) => name).join(', ')}`)
const drawn = chosen.flatMap(([name, share, run]) => Array.from({ length: share }, () => ({ name, run })))
const seeds = await loadSeeds()
const counts = new Map<string, number>()
const startedAt = performance.now()
let slowest = 0
let done = 0
// Every case has a seed of its own, so that one can be repeated alone.
for (let at = number('--from', 0); done < maxCases; at++, done++) {
  if (done % 1_000 === 0 && report()) break
  const dice = createDice(seed + at * 0x9e3779b1)
  const { name, run } = dice.pick(drawn)
  const before = performance.now()
  try {
    run(seeds, dice)
  } catch (error) {
    const only = options.has('--only') ? ` --only ${options.get('--only')}` : ''
    console.error(error)
    fail(`case ${at} (${name}): repeat it with npm run fuzz -- --seed ${seed} --from ${at} --cases 1${only}`)
  }
  const tookMs = performance.now() - before
  if (tookMs > slowest) slowest = tookMs
  if (tookMs > slowestMs && isSlowAgain(at)) fail(`case ${at} (${name}) takes ${Math.round(tookMs)} ms: seed ${seed}`)
  counts.set(name, (counts.get(name) ?? 0) + 1)
}
const { maxRSS } = process.resourceUsage()
const result = {
  seed,
  cases: done,
  seconds: elapsed(),
  slowestMs: Math.round(slowest),
  peakMiB: Math.round(maxRSS / 1024),
}
if (process.stderr.isTTY) process.stderr.write('\n')
console.log(JSON.stringify({ ...result, ...Object.fromEntries(counts) }))

/** Another process may have had the processor: only what is slow each time is slow. */
function isSlowAgain(at: number): boolean {
  const times = [0, 1, 2].map(() => {
    const dice = createDice(seed + at * 0x9e3779b1)
    const before = process.cpuUsage()
    dice.pick(drawn).run(seeds, dice)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000
  })
  return Math.min(...times) > slowestMs
}

function report(): boolean {
  if (process.stderr.isTTY) process.stderr.write(`\r${done.toLocaleString('en')} cases in ${elapsed()} s`)
  return elapsed() >= seconds
}

function elapsed(): number {
  return Math.round((performance.now() - startedAt) / 1_000)
}

function number(name: string, otherwise: number): number {
  const text = options.get(name)
  if (text === undefined) return otherwise
  const value = Number(text)
  return Number.isFinite(value) ? value : fail(`${name} takes a number`)
}

function fail(problem: string): never {
  console.error(`fuzz: ${problem}`)
  process.exit(1)
}

import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cleanEnv } from '../harness/command.ts'
import { untilDrained } from '../harness/event-log.ts'
import { createSpanledger } from '../harness/spanledger.ts'
import { type Agent, agents, type Where } from './agents.ts'
import { type Billed, startLocalProvider } from './provider.ts'

/**
 * `npm run coding-agents`: the real agents talk to a provider on this machine that counts, and the ledger must hold what
 * it billed, to the token. Installs some 750 MB below node_modules/.cache, so it is no part of `npm test`, which reads
 * what these releases sent (services/ledger/src/decode/captured). Ends with 1 where the two differ.
 */
const folder = fileURLToPath(new URL('../../node_modules/.cache/coding-agents', import.meta.url))
const rounds = 3
const run = promisify(execFile)

async function install(): Promise<void> {
  if (agents.every(({ program }) => existsSync(join(folder, 'node_modules', program)))) return
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const packages = agents.map((agent) => agent.package)
  console.log(`installing ${packages.join(' ')}`)
  await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', ...packages], {
    cwd: folder,
    timeout: 600_000,
  })
}

/** In a home of its own; whatever is not on this machine it cannot reach. */
async function ask(agent: Agent, where: Where): Promise<void> {
  for (const [path, text] of Object.entries(agent.files(where))) {
    mkdirSync(dirname(join(where.home, path)), { recursive: true })
    writeFileSync(join(where.home, path), text)
  }
  const program = join(folder, 'node_modules', agent.program)
  const isScript = program.endsWith('.js')
  const nowhere = { HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1' }
  const running = run(isScript ? process.execPath : program, [...(isScript ? [program] : []), ...agent.args], {
    cwd: where.home,
    env: { ...cleanEnv(), ...nowhere, HOME: where.home, ...agent.env(where) },
    timeout: 120_000,
  })
  running.child.stdin?.end()
  await running
}

await install()
const home = mkdtempSync(join(tmpdir(), 'spanledger-agents-'))
const provider = await startLocalProvider()
const spanledger = await createSpanledger()
try {
  await spanledger.start()
  const where = { providerUrl: provider.url, grpcUrl: spanledger.grpcUrl, home }
  for (const agent of agents) {
    for (let round = 0; round < rounds; round++) {
      if (round === 1) provider.refuseNext()
      await ask(agent, where)
    }
  }
  await untilDrained(spanledger.dataDir)
  const rows = await spanledger.sql<Record<keyof Billed | 'service', string>>(
    `SELECT service, sumIf(requests, status = 'ok') AS requests, sum(input_tokens) AS input,
       sum(cache_read_tokens) AS cacheRead, sum(cache_write_tokens) AS cacheWrite,
       sum(output_tokens) AS output, sum(reasoning_tokens) AS reasoning
     FROM ledger GROUP BY service`,
  )
  const holds = new Map(rows.map(({ service, ...held }) => [service, held]))
  for (const agent of agents) {
    const billed = JSON.stringify(provider.billed.get(agent.provider))
    const held = holds.get(agent.service)
    const ledger = JSON.stringify(
      held && Object.fromEntries(Object.entries(held).map(([name, count]) => [name, Number(count)])),
    )
    const agrees = billed === ledger
    console.log(`${agrees ? 'equal  ' : 'DIFFERS'} ${agent.package}\n  provider ${billed}\n  ledger   ${ledger}`)
    if (!agrees) process.exitCode = 1
  }
} finally {
  await Promise.all([spanledger.dispose(), provider.stop()])
  rmSync(home, { recursive: true, force: true, maxRetries: 5 })
}

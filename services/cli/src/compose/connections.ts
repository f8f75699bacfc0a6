import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type ClickHouse, createClickHouse } from '@spanledger/runtime/clickhouse/client'
import { serverFiles } from '@spanledger/runtime/clickhouse/embedded/server-files'
import type { Environment } from '@spanledger/runtime/config/environment'
import { SpanledgerError } from '@spanledger/runtime/errors'
import type { CommandContext } from '../command-context.ts'
import { demoDataDir } from '../demo/demo-data-dir.ts'
import { readRunFile } from './run-file.ts'

/** A ledger that can be asked now. */
export interface Connection {
  readonly clickhouse: ClickHouse
  /** For a person: which ledger this is. */
  readonly name: string
}

/**
 * The ledgers this command line can ask: CLICKHOUSE_URL alone when it is set, else what runs in the data directory and
 * the demo, in this order. Rejects when there is none.
 */
export function connections(config: Environment, env: CommandContext['env']): Connection[] {
  if (config.CLICKHOUSE_URL !== undefined) return [byUrl(config, config.CLICKHOUSE_URL)]
  const dirs = [config.SPANLEDGER_DATA_DIR, demoDataDir(env)].map((dir) => resolve(dir))
  const found = [...new Set(dirs)].flatMap((dataDir) => {
    const run = readRunFile(dataDir)
    if (run === undefined) return []
    const password = config.SPANLEDGER_CLICKHOUSE_PASSWORD ?? readFileSync(serverFiles(dataDir).password, 'utf8').trim()
    const { url, user } = run.clickhouse
    return [{ name: dataDir, clickhouse: createClickHouse({ url, user, password }) }]
  })
  if (found.length > 0) return found
  throw new SpanledgerError('LEDGER_NOT_RUNNING', `no spanledger runs in ${dirs.join(' or ')}`, {
    retryable: false,
    hint: 'start it with `spanledger up`, run this where it was started, or set SPANLEDGER_DATA_DIR or CLICKHOUSE_URL',
  })
}

function byUrl(config: Environment, url: string): Connection {
  const { CLICKHOUSE_USER: user = 'default', CLICKHOUSE_PASSWORD: password = '' } = config
  return { name: url, clickhouse: createClickHouse({ url, user, password }) }
}

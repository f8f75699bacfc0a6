import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import { build } from 'vite'
import type { LedgerReader } from '../ports.ts'
import { type Console, createConsole } from '../service.ts'
import { createPlainExplainer } from './plain-explainer.ts'
import { testPrices } from './test-prices.ts'

export interface TestConsole {
  readonly ledger: TestClickHouse
  readonly service: Console
  /** The configuration file, whose prices the page shows and changes. */
  readonly configPath: string
  /** While true, ClickHouse cannot be reached. */
  outage: boolean
  close(): Promise<void>
}

/** The page as it is in the working tree, over the real engine with an empty ledger. */
export async function createTestConsole(): Promise<TestConsole> {
  const webDir = await mkdtemp(join(tmpdir(), 'spanledger-web-'))
  const root = fileURLToPath(new URL('../../web', import.meta.url))
  const configDir = await mkdtemp(join(tmpdir(), 'spanledger-config-'))
  const configPath = join(configDir, 'spanledger.yaml')
  await writeFile(configPath, 'prices: {}\n')
  const [ledger] = await Promise.all([
    startTestClickHouse(),
    build({ root, logLevel: 'error', build: { outDir: webDir, emptyOutDir: true } }),
  ])
  const test = { ledger, outage: false }
  const reader: LedgerReader = {
    query: (sql, params) =>
      test.outage ? Promise.reject(new Error('no ClickHouse')) : ledger.clickhouse.query(sql, params),
  }
  const service = createConsole({
    clickhouse: reader,
    explain: createPlainExplainer(ledger.clickhouse),
    nearModels: (_, model) => (model.includes('gpt') ? [{ provider: 'openai', model: 'gpt-4o' }] : []),
    catalogue: { as_of: '2026-01-09', sources: [{ name: 'genai-prices', version: '0.2.3' }] },
    prices: testPrices(configPath),
    logger: createLogger({ name: 'test', level: 'silent' }),
    metrics: createMetrics(),
    options: { host: '127.0.0.1', port: 0, timeZone: 'UTC', doorUrl: 'http://127.0.0.1:4318', webDir },
  })
  await service.start()
  return Object.assign(test, {
    service,
    configPath,
    async close() {
      await service.stop()
      await ledger.stop()
      await rm(configDir, { recursive: true, force: true })
      await rm(webDir, { recursive: true, force: true })
    },
  })
}

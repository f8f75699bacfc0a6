import { readUnpriced } from '@spanledger/console/queries/unpriced'
import { loadCatalogue } from '@spanledger/ledger/adapters/catalogue-file'
import { createNearModels } from '@spanledger/ledger/pricing/near-models'
import { loadConfig } from '@spanledger/runtime/config/environment'
import { defaultUnpricedDays } from '@spanledger/schemas/api/unpriced'
import { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { type Connection, connections } from '../compose/connections.ts'
import { describeUnpriced } from '../terminal/describe-unpriced.ts'
import { readCount } from './options.ts'

interface Flags {
  days: number
  tenant?: string
  json?: boolean
}

export function unpricedCommand(context: CommandContext, done: (code: 0 | 1) => void): Command {
  return new Command('unpriced')
    .summary('what has no price, what it may cost, and what to do about it')
    .description(
      'Lists the models whose requests have no price: how many, since when, an estimate of the dollars at risk, and the ' +
        'piece of spanledger.yaml that gives them one. When their price arrives, the ledger corrects their charges of the last 35 days by itself.',
    )
    .option('--days <n>', 'how far back', readCount, defaultUnpricedDays)
    .option('--tenant <name>', 'only of this tenant')
    .option('--json', 'as one JSON document')
    .addHelpText('after', '\nExamples:\n  $ spanledger unpriced\n  $ spanledger unpriced --tenant acme --json')
    .action(async ({ days, tenant, json }: Flags) => {
      const candidates = connections(loadConfig(context.env), context.env)
      try {
        const { clickhouse, name } = candidates[0] as Connection
        const near = createNearModels(loadCatalogue())
        const found = await readUnpriced(clickhouse, { days, near, ...(tenant !== undefined && { only: { tenant } }) })
        context.terminal.out(json ? JSON.stringify(found, null, 2) : describeUnpriced(found, name))
      } finally {
        await Promise.all(candidates.map(({ clickhouse }) => clickhouse.close()))
      }
      done(0)
    })
}

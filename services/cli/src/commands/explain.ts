import { createExplainer } from '@spanledger/ledger/explain/explainer'
import { loadConfig } from '@spanledger/runtime/config/environment'
import { SpanledgerError } from '@spanledger/runtime/errors'
import type { Explanation } from '@spanledger/schemas/api/explanation'
import { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { connections } from '../compose/connections.ts'
import { describeExplanation } from '../terminal/describe-explanation.ts'

export function explainCommand(context: CommandContext, done: (code: 0 | 1) => void): Command {
  return new Command('explain')
    .summary('a charge as lines that can be recomputed')
    .description(
      'Shows how a charge came to its amount: quantity x unit price / per = amount for each ' +
        'meter, the price rows and what matched them, and every correction. Needs a running ledger.',
    )
    .argument('<id>', 'entry id, response id or event id')
    .option('--json', 'as one JSON document')
    .addHelpText('after', '\nExamples:\n  $ spanledger explain chatcmpl-8f3a\n  $ spanledger explain my-first --json')
    .action(async (id: string, flags: { json?: boolean }) => {
      const found = await find(context, id)
      context.terminal.out(flags.json ? JSON.stringify(found, null, 2) : describeExplanation(found))
      done(0)
    })
}

async function find(context: CommandContext, id: string): Promise<Explanation> {
  const candidates = connections(loadConfig(context.env), context.env)
  try {
    for (const { clickhouse } of candidates) {
      const found = await createExplainer({ clickhouse })(id)
      if (found) return found
    }
  } finally {
    await Promise.all(candidates.map(({ clickhouse }) => clickhouse.close()))
  }
  throw new SpanledgerError(
    'CHARGE_NOT_FOUND',
    `no charge ${JSON.stringify(id)} in ${candidates.map((c) => c.name).join(' or ')}`,
    {
      retryable: false,
      hint: 'give an entry_id, response_id or event_id as the ledger has it; a record is charged a second or so after it was sent',
    },
  )
}

import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { findConfigFile, loadConfigFile } from '@spanledger/runtime/config-file/load-config-file'
import { usageFields } from '@spanledger/schemas/events/usage'
import type { PriceOverrides } from '@spanledger/schemas/prices/overrides'
import { warningText } from '@spanledger/schemas/warning-words'
import { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { createEngines } from '../price/engines.ts'
import { type PriceCase, type PricedCase, priceCase } from '@spanledger/ledger/pricing/price-case'
import { UsageError } from '../terminal/describe-error.ts'
import { table } from '../terminal/table.ts'
import { readWholeNumber } from './options.ts'

/** Short flags for the usual meters; any other goes by --usage. */
const meterFlags = {
  input: 'input_tokens',
  cacheRead: 'cache_read_tokens',
  cacheWrite5m: 'cache_write_5m_tokens',
  cacheWrite1h: 'cache_write_1h_tokens',
  output: 'output_tokens',
  reasoning: 'output_reasoning_tokens',
} as const

interface Flags extends Partial<Record<keyof typeof meterFlags, number>> {
  cases?: string
  provider?: string
  model?: string
  at?: string
  usage?: string
  usageFormat?: string
  serviceTier?: string
  region?: string
  billingAccount?: string
  team?: string
  config?: string
  json?: boolean
}

export function priceCommand(context: CommandContext, done: (code: 0 | 1) => void): Command {
  return new Command('price')
    .summary('what a usage costs')
    .description("Prices usage with the ledger's own engine and catalogue. Nothing needs to run.")
    .option(
      '--cases <file>',
      'JSON lines {id, provider, model, at, usage, …}; a JSON line per case comes out ("-": stdin)',
    )
    .option('--provider <name>', 'such as openai, anthropic, aws.bedrock')
    .option('--model <id>', 'as the provider calls it')
    .option('--input <tokens>', 'all input tokens, cached ones included', readWholeNumber)
    .option('--cache-read <tokens>', 'of them read from a cache', readWholeNumber)
    .option('--cache-write-5m <tokens>', 'of them written to a 5-minute cache', readWholeNumber)
    .option('--cache-write-1h <tokens>', 'of them written to a 1-hour cache', readWholeNumber)
    .option('--output <tokens>', 'all output tokens, reasoning included', readWholeNumber)
    .option('--reasoning <tokens>', 'of them reasoning', readWholeNumber)
    .option('--usage <json>', `usage as JSON instead (${usageFields.slice(0, 3).join(', ')}, …)`)
    .option('--usage-format <format>', 'of --usage: canonical, openai_chat, anthropic, gemini, …')
    .option('--at <time>', 'start of the request (default: now)')
    .option('--service-tier <tier>', 'as the response had it: standard, batch, flex, priority')
    .option('--region <region>', 'where it ran')
    .option('--billing-account <id>', 'for contracts that are of one account')
    .option('--team <name>', 'for contracts that are of one team')
    .option(
      '--config <file>',
      'with the section prices of this file (default: SPANLEDGER_CONFIG or spanledger.yaml; for --cases none, and a case with overrides has its own)',
    )
    .option('--json', 'as one JSON line')
    .addHelpText(
      'after',
      `
Examples:
  $ spanledger price --provider openai --model gpt-4o --input 1000 --cache-read 200 --output 100
  $ spanledger price --cases cases.jsonl`,
    )
    .action(async (flags: Flags) => {
      if (flags.cases !== undefined) await priceFile(context, flags.cases, flags.config)
      else priceFlags(context, flags)
      done(0)
    })
}

async function priceFile({ terminal }: CommandContext, path: string, config: string | undefined): Promise<void> {
  const overrides = config === undefined ? {} : pricesOf(config)
  const input = path === '-' ? process.stdin : createReadStream(path)
  const failure = new Promise<never>((_, reject) => {
    input.on('error', (error: Error) =>
      reject(new UsageError(`cannot read ${path}: ${error.message}`, 'name a readable file')),
    )
  })
  failure.catch(() => undefined)
  const engineFor = createEngines()
  const nowMs = Date.now()
  let number = 0
  const lines = createInterface({ input, crlfDelay: Infinity })[Symbol.asyncIterator]()
  for (;;) {
    const next = await Promise.race([lines.next(), failure])
    if (next.done) return
    number++
    if (next.value.trim() === '') continue
    const where = `${path}, line ${number}`
    const asked = { overrides, ...parse(next.value, where) }
    terminal.out(JSON.stringify(priced(() => priceCase(asked, engineFor, nowMs), where)))
  }
}

/** Overrides of a case are read when they are used. */
function priced(price: () => PricedCase, where: string): PricedCase {
  try {
    return price()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new UsageError(`${where}: ${error.message}`, 'correct its overrides or its reported_cost')
  }
}

function pricesOf(config: string | undefined): PriceOverrides {
  return loadConfigFile(findConfigFile(config)).prices
}

function priceFlags({ terminal, env }: CommandContext, flags: Flags): void {
  const { provider, model } = flags
  if (provider === undefined || model === undefined) {
    const missing =
      provider === undefined && model === undefined
        ? 'nothing to price'
        : `--${model === undefined ? 'model' : 'provider'} is missing`
    throw new UsageError(missing, 'give --provider and --model with --input and --output, or --cases FILE')
  }
  const input: PriceCase = {
    provider,
    model,
    at: flags.at ?? new Date().toISOString(),
    usage: usageOf(flags),
    service_tier: flags.serviceTier,
    region: flags.region,
    billing_account: flags.billingAccount,
    team: flags.team,
    overrides: pricesOf(flags.config ?? (env.SPANLEDGER_CONFIG || undefined)),
    ...(flags.usageFormat !== undefined && { usage_format: flags.usageFormat }),
  }
  const result = priceCase(input, createEngines(), Date.now())
  terminal.out(flags.json ? JSON.stringify(result) : describe(input, result))
}

function usageOf(flags: Flags): unknown {
  if (flags.usage !== undefined) return parse(flags.usage, '--usage')
  const usage: Record<string, number> = {}
  for (const [flag, field] of Object.entries(meterFlags)) {
    const count = flags[flag as keyof typeof meterFlags]
    if (count !== undefined) usage[field] = count
  }
  return Object.keys(usage).length > 0 ? usage : undefined
}

function parse(text: string, where: string): PriceCase {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${where}: ${(error as Error).message}`, 'it must be JSON')
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as PriceCase
  throw new UsageError(`${where}: not a JSON object`, 'it must be an object such as {"input_tokens": 1000}')
}

function describe(input: PriceCase, priced: PricedCase): string {
  const lines = table(
    ['meter', 'quantity', 'x unit price', '/ per', '= USD'],
    priced.meters.map(({ meter, quantity, unit_price_usd, per, usd }) => [
      meter,
      quantity,
      unit_price_usd,
      String(per),
      usd,
    ]),
    new Set([1, 2, 3, 4]),
  )
  return [
    `${String(input.provider)} / ${String(input.model)} at ${String(input.at)}: ${priced.status}` +
      (priced.usd === null ? '' : `, ${priced.usd} USD`),
    ...(priced.meters.length > 0 ? lines.map((line) => `  ${line}`) : []),
    ...(priced.contract_id === undefined
      ? []
      : [`  contract ${priced.contract_id}, list price ${priced.list_usd} USD`]),
    ...priced.meters.flatMap(({ meter, currency, unit_price, fx_rate, fx_rate_id }) =>
      currency === undefined ? [] : [`  ${meter}: ${unit_price} ${currency}, at ${fx_rate} (${fx_rate_id})`],
    ),
    ...priced.warnings.map((code) => `  ${describeWarning(code)}`),
  ].join('\n')
}

function describeWarning(code: string): string {
  const text = warningText(code)
  return text === code ? `reason: ${code}` : `warning: ${code}: ${text}`
}

import type { AtRisk } from '@spanledger/schemas/api/unpriced'
import { decimalFromAtto } from '@spanledger/schemas/money'

/** What the priced requests of a model cost a tenant. Money in atto-USD. */
export interface PricedModel {
  readonly tenant: string
  readonly provider: string
  readonly model: string
  readonly inputTokens: bigint
  readonly outputTokens: bigint
  /** Of uncached input, cache reads and cache writes together. */
  readonly inputCost: bigint
  readonly outputCost: bigint
}

/** Tokens without a price. */
export interface TokensAtRisk {
  readonly tenant: string
  readonly provider: string
  readonly inputTokens: bigint
  readonly outputTokens: bigint
  /** Of kinds that have no price: fewer than all where a part is priced. */
  readonly unpricedTokens: bigint
}

/** What tokens cost: `inputCost` for `inputTokens`, and so on. */
type Rate = Pick<PricedModel, 'inputTokens' | 'outputTokens' | 'inputCost' | 'outputCost'>

/**
 * What tokens without a price would cost if they cost what others did: the mean of the nearest priced models there are, of
 * the same provider for the same tenant, else of the tenant, else of everybody; with what the cheapest and the dearest of
 * these would make of it. Undefined where nothing is priced. The tokens' own mix of input and output counts; of input, the
 * mix of cached and uncached is that of the others.
 */
export function atRiskOf(tokens: TokensAtRisk, priced: readonly PricedModel[]): AtRisk | undefined {
  const alike = priced.filter((model) => hasWhatIsAsked(model, tokens))
  const ofTenant = alike.filter(({ tenant }) => tenant === tokens.tenant)
  const ofProvider = ofTenant.filter(({ provider }) => provider === tokens.provider)
  const levels: readonly (readonly [AtRisk['basis'], readonly PricedModel[]])[] = [
    ['provider', ofProvider],
    ['tenant', ofTenant],
    ['ledger', alike],
  ]
  const nearest = levels.find(([, models]) => models.length > 0)
  if (!nearest) return undefined
  const [basis, models] = nearest
  const each = models.map((model) => costAt(tokens, model))
  return {
    usd: decimalFromAtto(costAt(tokens, models.reduce<Rate>(together, noRate))),
    low_usd: decimalFromAtto(each.reduce((a, b) => (a < b ? a : b))),
    high_usd: decimalFromAtto(each.reduce((a, b) => (a > b ? a : b))),
    basis,
    models: new Set(models.map(({ provider, model }) => `${provider}/${model}`)).size,
  }
}

/** What only embeds says nothing of what answers. */
function hasWhatIsAsked(model: PricedModel, { inputTokens, outputTokens }: TokensAtRisk): boolean {
  return (inputTokens === 0n || model.inputTokens > 0n) && (outputTokens === 0n || model.outputTokens > 0n)
}

const noRate: Rate = { inputTokens: 0n, outputTokens: 0n, inputCost: 0n, outputCost: 0n }

function together(sum: Rate, one: Rate): Rate {
  return {
    inputTokens: sum.inputTokens + one.inputTokens,
    outputTokens: sum.outputTokens + one.outputTokens,
    inputCost: sum.inputCost + one.inputCost,
    outputCost: sum.outputCost + one.outputCost,
  }
}

/** Whole micro-USD: an estimate has no eighteen digits. */
function costAt({ inputTokens, outputTokens, unpricedTokens }: TokensAtRisk, rate: Rate): bigint {
  const all = inputTokens + outputTokens
  const [cost, tokens] = [rate.inputCost + rate.outputCost, rate.inputTokens + rate.outputTokens]
  // Which kind of token lacks a price is not known by then: it costs what a token costs.
  const atto =
    unpricedTokens < all
      ? share(unpricedTokens, cost, tokens)
      : share(inputTokens, rate.inputCost, rate.inputTokens) + share(outputTokens, rate.outputCost, rate.outputTokens)
  return (atto / 10n ** 12n) * 10n ** 12n
}

function share(quantity: bigint, cost: bigint, tokens: bigint): bigint {
  return tokens > 0n ? (quantity * cost) / tokens : 0n
}

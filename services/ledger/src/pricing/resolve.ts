import type { PriceWarning } from '@spanledger/schemas/codes'
import type { PriceAlias, PriceOverrides } from '@spanledger/schemas/prices/overrides'
import { createNameIndex, throughRouter, type Found, type NameIndex } from './names.ts'
import { compatiblePrefix, isPrivateHost, resolveProvider, selfHosted } from './provider.ts'
import type { Catalogue } from '@spanledger/schemas/prices/catalogue'

/** Who is booked and whose price is taken. */
export type Resolution = Priced | Unresolved

export interface Priced {
  readonly kind: 'priced'
  /** The provider that is booked: the one that was called. */
  readonly provider: string
  readonly found: Found
  readonly matchedBy: string
  /** Prices of this provider differ by region. */
  readonly regional: boolean
  readonly warnings: readonly PriceWarning[]
}

export interface Unresolved {
  readonly kind: 'unresolved'
  readonly provider: string
  readonly model: string
  readonly warning: PriceWarning
}

export type Resolve = (provider: string, requestModel: string, responseModel: string) => Resolution

/** Which model of which sheet is priced: the pricing specification, 5.2 and 5.3. An absent model is ''. */
export function createResolver(catalogue: Catalogue, overrides: PriceOverrides): Resolve {
  const index = createNameIndex(catalogue)
  const aliases = new Map<string, PriceAlias>()
  for (const alias of overrides.aliases ?? []) {
    aliases.set(aliasKey(resolveProvider(alias.provider), alias.model), alias)
  }

  return (rawProvider, requestModel, responseModel) => {
    const named = resolveProvider(rawProvider)
    const bestName = (responseModel || requestModel).trim()
    const provider = throughRouter(named, bestName.toLowerCase())
    const unresolved = (warning: PriceWarning): Unresolved => {
      return { kind: 'unresolved', provider, model: bestName, warning }
    }
    if (provider === selfHosted) return unresolved('SELF_HOSTED_NO_COST_POOL')

    const choice = choose(provider, requestModel, responseModel, index, (model) => byAlias(provider, model))
    if (choice === undefined) {
      if (index.knows(provider)) return unresolved('MODEL_UNKNOWN')
      if (!provider.startsWith(compatiblePrefix)) return unresolved('PROVIDER_UNKNOWN')
      const host = provider.slice(compatiblePrefix.length)
      return unresolved(isPrivateHost(host) ? 'SELF_HOSTED_NO_COST_POOL' : 'PROVIDER_UNKNOWN')
    }
    const { found, alias } = choice
    return {
      kind: 'priced',
      provider,
      found,
      matchedBy: alias === undefined ? found.by : `alias:${alias}`,
      regional: isRegional(index, provider, found),
      warnings: choice.fromRequest ? ['RESPONSE_MODEL_UNPRICED'] : [],
    }
  }

  function byAlias(provider: string, model: string): Choice | undefined {
    const alias = aliases.get(aliasKey(provider, model))
    if (!alias) return undefined
    const found = index.find(resolveProvider(alias.to.provider), alias.to.model)
    return found && { found, alias: alias.model }
  }
}

interface Choice {
  readonly found: Found
  readonly alias?: string
  /** The response's model has no price, so the request's was taken: an estimate. */
  readonly fromRequest?: boolean
}

function choose(
  provider: string,
  request: string,
  response: string,
  index: NameIndex,
  byAlias: (model: string) => Choice | undefined,
): Choice | undefined {
  const listed = (model: string): Choice | undefined => {
    const found = index.find(provider, model)
    return found && { found }
  }
  // Bedrock: the response loses the regional profile, which decides the price
  if (provider === 'aws') {
    const model = request || response
    return byAlias(model) ?? listed(model)
  }
  if (provider === 'azure') {
    // the request names a deployment, whatever that is called
    const aliased = byAlias(request) ?? byAlias(response)
    if (aliased) return aliased
    const versioned = version.test(response)
    const byRequest = () => listed(request)
    if (!versioned) return byRequest() ?? listed(response)
    return listed(response) ?? flag(byRequest())
  }
  if (!response) return byAlias(request) ?? listed(request)
  return byAlias(response) ?? listed(response) ?? byAlias(request) ?? flag(listed(request))
}

const version = /\d{4}-\d{2}-\d{2}$|\d{8}$|[-.]\d{4}$/

function flag(choice: Choice | undefined): Choice | undefined {
  return choice && { ...choice, fromRequest: true }
}

function isRegional(index: NameIndex, provider: string, found: Found): boolean {
  if (found.fallback?.not_regional) return false
  return found.sheet.regional ?? index.sheet(provider)?.regional ?? false
}

function aliasKey(provider: string, model: string): string {
  return `${provider}\n${model.trim().toLowerCase()}`
}

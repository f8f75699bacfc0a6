import type { PriceWarning } from '@spanledger/schemas/codes'
import type { Catalogue, PriceRow } from '@spanledger/schemas/prices/catalogue'
import type { PriceAlias, PriceOverrides } from '@spanledger/schemas/prices/overrides'
import { createManualRows, type SheetRow } from './manual-rows.ts'
import { createNameIndex, type Found, nameForms, throughRouter } from './names.ts'
import { compatiblePrefix, isPrivateHost, resolveProvider, selfHosted } from './provider.ts'

/** Who is booked and whose price is taken. */
export type Resolution = Resolved | Unresolved

export interface Resolved {
  readonly kind: 'resolved'
  /** The provider that is booked: the one that was called. */
  readonly provider: string
  readonly model: string
  /** None where only a contract has prices. */
  readonly rows: readonly SheetRow[]
  /** Every name that a contract may know the priced model by. */
  readonly names: readonly string[]
  readonly matchedBy: string
  /** Prices of this provider differ by region. */
  readonly regional: boolean
  readonly warnings: readonly PriceWarning[]
}

export interface Unresolved {
  readonly kind: 'unresolved'
  readonly provider: string
  readonly model: string
  /** As above, of the model that has no price. */
  readonly names: readonly string[]
  readonly warning: PriceWarning
}

/** `fixes` says whether a contract has prices of its own for a model of a provider, and which contract. */
export type Resolve = (
  provider: string,
  requestModel: string,
  responseModel: string,
  fixes: (provider: string, names: readonly string[]) => string | undefined,
) => Resolution

/** Which model of which sheet is priced: the pricing specification, 5.2 and 5.3. An absent model is ''. */
export function createResolver(catalogue: Catalogue, overrides: PriceOverrides): Resolve {
  const index = createNameIndex(catalogue)
  const manual = createManualRows(overrides.rows ?? [])
  const aliases = new Map<string, PriceAlias>()
  for (const alias of overrides.aliases ?? []) {
    aliases.set(aliasKey(resolveProvider(alias.provider), alias.model), alias)
  }

  return (rawProvider, requestModel, responseModel, fixes) => {
    const named = resolveProvider(rawProvider)
    const bestName = (responseModel || requestModel).trim()
    const provider = throughRouter(named, bestName.toLowerCase())
    const unresolved = (warning: PriceWarning): Unresolved => {
      return { kind: 'unresolved', provider, model: bestName, names: namesOf(provider, bestName), warning }
    }
    const choice = choose(provider, requestModel, responseModel, {
      listed(model) {
        const found = lookUp(provider, model)
        if (found) return { ...found, names: [found.model, ...namesOf(provider, model)] }
        const names = namesOf(provider, model)
        const contract = names.length > 0 ? fixes(provider, names) : undefined
        return contract === undefined
          ? undefined
          : { ...noSheet, model: model.trim(), names, by: `contract:${contract}` }
      },
      aliased(model) {
        const alias = aliases.get(aliasKey(provider, model)) ?? aliases.get(aliasKey(named, model))
        if (!alias) return undefined
        const target = resolveProvider(alias.to.provider)
        // what runs on machines of one's own has no price of a vendor, whatever it is called
        if (provider === selfHosted && target !== selfHosted) return undefined
        const by = `alias:${alias.model}`
        const found = lookUp(target, alias.to.model)
        const names = [...namesOf(target, alias.to.model), ...namesOf(provider, model)]
        if (found) return { ...found, names: [found.model, ...names], by }
        return fixes(provider, names) === undefined ? undefined : { ...noSheet, model: alias.to.model, names, by }
      },
    })
    if (choice) {
      const { model, rows, names, by: matchedBy, regional } = choice
      const warnings: PriceWarning[] = choice.fromRequest ? ['RESPONSE_MODEL_UNPRICED'] : []
      return { kind: 'resolved', provider, model, rows, names, matchedBy, regional, warnings }
    }
    if (provider === selfHosted) return unresolved('SELF_HOSTED_NO_COST_POOL')
    if (index.knows(provider)) return unresolved('MODEL_UNKNOWN')
    if (!provider.startsWith(compatiblePrefix)) return unresolved('PROVIDER_UNKNOWN')
    const host = provider.slice(compatiblePrefix.length)
    return unresolved(isPrivateHost(host) ? 'SELF_HOSTED_NO_COST_POOL' : 'PROVIDER_UNKNOWN')
  }

  /** The operator's own rows come first; those of a model go for every name it has. */
  function lookUp(provider: string, model: string): Sheet | undefined {
    const found = index.find(provider, model)
    const names = found ? [found.name, found.model.toLowerCase()] : nameForms(provider, model.trim().toLowerCase())
    for (const name of names) {
      const own = manual.of(provider, name)
      if (!own) continue
      const listed = found ? listedSheet(provider, found) : noSheet
      return { ...listed, model: own.model, rows: [...own.rows, ...listed.rows], by: found?.by ?? 'manual' }
    }
    return found && listedSheet(provider, found)
  }

  function listedSheet(provider: string, { model, sheet, by, fallback }: Found): Sheet {
    const { rows } = sheet
    const regional = sheet.regional ?? index.sheet(provider)?.regional ?? false
    return {
      model,
      by,
      rows: fallback?.standard_tier_only ? rows.filter(isPlain) : rows,
      regional: regional && !fallback?.not_regional,
    }
  }
}

interface Sheet {
  readonly model: string
  readonly rows: readonly SheetRow[]
  readonly regional: boolean
  readonly by: string
}

const noSheet = { rows: [], regional: false } as const

interface Choice extends Sheet {
  readonly names: readonly string[]
  /** The response's model has no price, so the request's was taken: an estimate. */
  readonly fromRequest?: boolean
}

interface Ways {
  /** By the operator's alias. */
  aliased(model: string): Choice | undefined
  /** By a sheet, or a contract. */
  listed(model: string): Choice | undefined
}

function choose(provider: string, request: string, response: string, { aliased, listed }: Ways): Choice | undefined {
  // Bedrock: the response loses the regional profile, which decides the price
  if (provider === 'aws') {
    const model = request || response
    return aliased(model) ?? listed(model)
  }
  if (provider === 'azure') {
    // the request names a deployment, whatever that is called
    const known = aliased(request) ?? aliased(response)
    if (known) return known
    const versioned = version.test(response)
    const byRequest = () => listed(request)
    if (!versioned) return byRequest() ?? listed(response)
    const byResponse = listed(response)
    return byResponse ? { ...byResponse, names: [...byResponse.names, request] } : flag(byRequest())
  }
  if (!response) return aliased(request) ?? listed(request)
  return aliased(response) ?? listed(response) ?? aliased(request) ?? flag(listed(request))
}

const version = /\d{4}-\d{2}-\d{2}$|\d{8}$|[-.]\d{4}$/

function flag(choice: Choice | undefined): Choice | undefined {
  return choice && { ...choice, fromRequest: true }
}

function namesOf(provider: string, model: string): string[] {
  return [...nameForms(provider, model.trim().toLowerCase())]
}

function aliasKey(provider: string, model: string): string {
  return `${provider}\n${model.trim().toLowerCase()}`
}

/** Tiers and regions are a provider's own, also where its other prices are declared equal. */
function isPlain(row: PriceRow): boolean {
  return row.service_tier === undefined && row.region === undefined
}

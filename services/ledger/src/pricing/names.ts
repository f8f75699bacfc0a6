import type { Catalogue, Fallback, ModelSheet, ProviderSheet } from '@spanledger/schemas/prices/catalogue'
import { resolveProvider } from './provider.ts'

/** A name found in a sheet. `by` is how: `catalogue`, `alias:<name>` or `pattern:<text>`. */
export interface Found {
  readonly model: string
  readonly sheet: ModelSheet
  readonly by: string
  /** The form of the name that was found. */
  readonly name: string
  /** Set when the sheet is another provider's, declared equal. */
  readonly fallback?: Fallback
}

/** Finds models by exact id, then listed alias, then anchored pattern. Nothing is ever guessed. */
export interface NameIndex {
  knows(provider: string): boolean
  sheet(provider: string): ProviderSheet | undefined
  find(provider: string, model: string): Found | undefined
}

type Listed = Omit<Found, 'name' | 'fallback'>

interface ProviderNames {
  readonly exact: ReadonlyMap<string, Listed>
  readonly patterns: readonly { readonly expression: RegExp; readonly found: Listed }[]
}

export function createNameIndex(catalogue: Catalogue): NameIndex {
  const compiled = new Map<string, ProviderNames>()

  function sheet(provider: string): ProviderSheet | undefined {
    return Object.hasOwn(catalogue.providers, provider) ? catalogue.providers[provider] : undefined
  }

  function names(provider: string): ProviderNames {
    let entry = compiled.get(provider)
    if (!entry) compiled.set(provider, (entry = compileNames(sheet(provider))))
    return entry
  }

  function findIn(provider: string, name: string): Listed | undefined {
    const { exact, patterns } = names(provider)
    return exact.get(name) ?? patterns.find(({ expression }) => matches(expression, name))?.found
  }

  return {
    knows: (provider) => sheet(provider) !== undefined,
    sheet,
    find(provider, model) {
      for (const name of nameForms(provider, model.trim().toLowerCase())) {
        const own = findIn(provider, name)
        if (own) return { ...own, name }
        for (const fallback of sheet(provider)?.fallbacks ?? []) {
          const found = findIn(fallback.provider, name)
          if (found) return { ...found, name, fallback }
        }
      }
      return undefined
    },
  }
}

function compileNames(sheet: ProviderSheet | undefined): ProviderNames {
  const exact = new Map<string, Listed>()
  const patterns: { expression: RegExp; found: Listed }[] = []
  const models = Object.entries(sheet?.models ?? {})
  for (const [model, of] of models) exact.set(model.toLowerCase(), { model, sheet: of, by: 'catalogue' })
  for (const [model, of] of models) {
    for (const alias of of.aliases ?? []) {
      if (!exact.has(alias)) exact.set(alias, { model, sheet: of, by: `alias:${alias}` })
    }
    for (const text of of.patterns ?? []) {
      patterns.push({ expression: compilePattern(text), found: { model, sheet: of, by: `pattern:${text}` } })
    }
  }
  return { exact, patterns }
}

function compilePattern(text: string): RegExp {
  if (!text.startsWith('^') || !text.endsWith('$')) throw new RangeError(`price pattern is not anchored: ${text}`)
  return new RegExp(text.replaceAll('{date}', String.raw`(\d{4}-\d{2}-\d{2}|\d{8})`))
}

function matches(expression: RegExp, name: string): boolean {
  const match = expression.exec(name)
  return match !== null && match.slice(1).every((group) => group === undefined || !isDate.test(group) || isReal(group))
}

const isDate = /^\d{4}-?\d{2}-?\d{2}$/

function isReal(date: string): boolean {
  const digits = date.replaceAll('-', '')
  const iso = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`
  const time = Date.parse(iso)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(iso)
}

const bedrockArn = /^arn:aws[a-z-]*:bedrock:[a-z0-9-]*:\d*:(?:inference-profile|foundation-model)\/(.+)$/
const googlePath = /^(?:projects\/[^/]+\/locations\/[^/]+\/)?(?:publishers\/[^/]+\/)?models\/([^/]+)$/
/** `ft:<base>` of `ft:<base>:<organisation>:<name>:<id>[:<checkpoint>]`, which has prices of its own; never `<base>`. */
const fineTuned = /^(ft:[^:]+)(?::[^:]*){3,4}$/
/** Bedrock's ids start with the vendor's name, which Traceloop cuts off. */
const bedrockVendors = ['amazon', 'deepseek', 'google', 'meta', 'mistral', 'nvidia', 'openai', 'qwen', 'writer']
/** They pass requests on under `<provider>/<model>`; their own sheet, if any, lists such names in full. */
const routers: ReadonlySet<string> = new Set(['openrouter', 'litellm'])

/** The name as sent, then what is left when a provider's own wrapping is taken off (5.3). The full name always goes first. */
export function* nameForms(provider: string, name: string): Generator<string> {
  if (name === '') return
  yield name
  const inner =
    provider === 'aws'
      ? bedrockArn.exec(name)?.[1]
      : provider === 'google' || provider === 'vertex'
        ? googlePath.exec(name)?.[1]
        : undefined
  if (inner) yield inner
  const tuned = fineTuned.exec(name)?.[1]
  if (tuned) yield tuned
  if (provider === 'aws' && !/[./:]/.test(name.replace(/:\d+$/, ''))) {
    for (const vendor of bedrockVendors) yield `${vendor}.${name}`
  }
  const cut = name.indexOf('/')
  if (cut > 0 && (routers.has(provider) || resolveProvider(name.slice(0, cut)) === provider)) yield name.slice(cut + 1)
}

/** `litellm` has no prices of its own: `openai/gpt-4o` through it is openai's gpt-4o. */
export function throughRouter(provider: string, model: string): string {
  const cut = model.indexOf('/')
  return provider === 'litellm' && cut > 0 ? resolveProvider(model.slice(0, cut)) : provider
}

import { createEngines } from '@spanledger/cli/price/engines'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rowsOf, sheet } from './sheet.ts'

const engine = createEngines()({})
const at = Date.parse('2026-11-02T12:00:00Z')
const names = Object.entries(sheet.providers).flatMap(([provider, { models }]) =>
  Object.entries(models).flatMap(([model, { aliases = [] }]) =>
    [model, ...aliases].map((name) => ({ provider, name })),
  ),
)
const isPriced = (provider: string, requestModel: string) =>
  engine.price({ provider, requestModel, at, usage: { input_tokens: 1, output_tokens: 1 } }).matchedBy !== 'none'

const character = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789-._:/@ ')
/** What typing, cutting and guessing make of a name. */
const mutation = fc.oneof(
  fc.tuple(fc.nat(), character).map(([place, letter]) => (name: string) => {
    const at = place % (name.length + 1)
    return name.slice(0, at) + letter + name.slice(at)
  }),
  fc.nat().map((place) => (name: string) => name.slice(0, place % name.length) + name.slice((place % name.length) + 1)),
  fc.tuple(fc.nat(), character).map(([place, letter]) => (name: string) => {
    const at = place % name.length
    return name.slice(0, at) + letter + name.slice(at + 1)
  }),
  fc.nat().map((place) => (name: string) => name.slice(0, 1 + (place % name.length))),
  fc.nat().map((place) => (name: string) => name.slice(place % name.length)),
  fc
    .constantFrom('-mini', '-latest', '-2025', '-v2', ':free', '-20251301', '@20251301', '-2026-02-30', '-preview', 's')
    .map((end) => (name: string) => name + end),
  fc
    .constantFrom('my-', 'x/', 'openai/', 'us.', 'ft:', 'models/x/', 'arn:aws:bedrock:us-east-1:1:custom-model/')
    .map((start) => (name: string) => start + name),
)

test('a name that was changed by a letter, a cut, a prefix or a suffix has no price, unless the sheet lists that name', () => {
  fc.assert(
    fc.property(fc.constantFrom(...names), mutation, ({ provider, name }, mutate) => {
      const changed = mutate(name)
      if (isPriced(provider, changed)) expect(listedAs(provider, changed), `${provider} ${changed}`).not.toEqual([])
    }),
    { numRuns: 10_000 },
  )
})

/** The forms of a name that the specification takes a wrapping off (5.3), which the sheets then list as they are. */
function listedAs(provider: string, text: string): string[] {
  const name = text.trim().toLowerCase()
  const router = provider === 'openrouter' || provider === 'litellm'
  const forms = [
    name,
    ...(/^arn:aws[a-z-]*:bedrock:[a-z0-9-]*:\d*:(?:inference-profile|foundation-model)\/(.+)$/.exec(name)?.slice(1) ??
      []),
    ...(/^(?:publishers\/[^/]+\/)?models\/([^/]+)$/.exec(name)?.slice(1) ?? []),
    // the provider's own name in front, or what a router routes to
    ...(name.includes('/') && (router || isSpelling(provider, name.slice(0, name.indexOf('/'))))
      ? [name.slice(name.indexOf('/') + 1)]
      : []),
    // an instrumentation cuts off Bedrock's vendors
    ...(provider === 'aws' ? bedrockVendors.map((vendor) => `${vendor}.${name}`) : []),
  ]
  const sheets = [provider, ...(sheet.providers[provider]?.fallbacks ?? []).map((fallback) => fallback.provider)]
  return forms.filter((form) => sheets.some((each) => rowsOf(each, form)))
}

const bedrockVendors = ['amazon', 'deepseek', 'google', 'meta', 'mistral', 'nvidia', 'openai', 'qwen', 'writer']

function isSpelling(provider: string, prefix: string): boolean {
  const resolved = engine.price({ provider: prefix, requestModel: 'none', at, usage: { input_tokens: 1 } }).provider
  return resolved === provider
}

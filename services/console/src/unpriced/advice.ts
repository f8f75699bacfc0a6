import type { UnpricedItem } from '@spanledger/schemas/api/unpriced'
import { warningText } from '@spanledger/schemas/warning-words'

/** A model of the catalogue. */
export interface CatalogueModel {
  readonly provider: string
  readonly model: string
}

type Lacking = Pick<UnpricedItem, 'provider' | 'model' | 'warning' | 'first_seen' | 'example'>
type Advice = Pick<UnpricedItem, 'what_to_do' | 'snippets'>
type Snippet = UnpricedItem['snippets'][number]

/** Stands where a price is to be filled in: the configuration refuses it, so it is never taken for one. */
const blank = '"…"'

/**
 * What to do so that these requests get their price: pieces of spanledger.yaml with the names filled in. `near` are models of
 * the catalogue with similar names, the likeliest first: for a person to choose from, never taken by themselves.
 */
export function adviceOf(lacking: Lacking, near: readonly CatalogueModel[]): Advice {
  const why = warningText(lacking.warning) || 'No price.'
  switch (lacking.warning) {
    case 'USAGE_MISSING':
      return {
        what_to_do: `${why} Have it reported: for streams of the OpenAI API, stream_options: {"include_usage": true}.`,
        snippets: [],
      }
    case 'SELF_HOSTED_NO_COST_POOL':
      return {
        what_to_do: `${why} Say what the machines cost, or that they are free.`,
        snippets: [poolSnippet(lacking), freeSnippet(lacking)],
      }
    case 'METER_UNPRICED':
      return {
        what_to_do: `${why} See which with: spanledger explain ${lacking.example}. Give it a price in a contract.`,
        snippets: [contractSnippet(lacking)],
      }
    case 'NO_PRICE_AT_TIME':
      return {
        what_to_do: `${why} Give it one for that time.`,
        snippets: [rowSnippet(lacking)],
      }
    default:
      return {
        what_to_do: `${why} Say which model it is, or what it costs.`,
        snippets: [aliasSnippet(lacking, near), rowSnippet(lacking)],
      }
  }
}

const text = (value: string) => JSON.stringify(value)

function snippet(title: string, section: string, lines: readonly string[]): Snippet {
  return { title, yaml: ['prices:', `  ${section}:`, ...lines.map((line) => `    ${line}`)].join('\n') }
}

function nameLines({ provider, model }: CatalogueModel): string[] {
  return [`- provider: ${text(provider)}`, `  model: ${text(model)}`]
}

function aliasSnippet(lacking: Lacking, near: readonly CatalogueModel[]): Snippet {
  const [likeliest, ...others] = near
  const to = likeliest
    ? `{ provider: ${text(likeliest.provider)}, model: ${text(likeliest.model)} }`
    : '{ provider: "", model: "" }'
  const also = others.map(({ provider, model }) => `  # or ${provider} ${model}`)
  const check = likeliest ? ['  # the likeliest by its name: make sure that it is this model'] : []
  return snippet('It is a model of the catalogue by another name', 'aliases', [
    ...nameLines(lacking),
    ...check,
    `  to: ${to}`,
    ...also,
  ])
}

function rowSnippet(lacking: Lacking): Snippet {
  return snippet('It has a price of its own (USD for a million tokens)', 'rows', [
    ...nameLines(lacking),
    `  from: ${lacking.first_seen.slice(0, 10)}`,
    '  meters:',
    `    input_tokens: { usd: ${blank}, per: 1000000 }`,
    `    cache_read_tokens: { usd: ${blank}, per: 1000000 }`,
    `    output_tokens: { usd: ${blank}, per: 1000000 }`,
  ])
}

function freeSnippet(lacking: Lacking): Snippet {
  return snippet('It costs nothing, and is meant to', 'rows', [...nameLines(lacking), '  free: true'])
}

function contractSnippet({ provider, model, first_seen }: Lacking): Snippet {
  return snippet('The price of that kind of token', 'contracts', [
    `- id: ${text(`${provider}-${model}`)}`,
    `  provider: ${text(provider)}`,
    `  model_pattern: ${text(model)}`,
    `  effective_from: ${first_seen.slice(0, 10)}`,
    '  prices:',
    `    ${blank}: { usd: ${blank}, per: 1000000 }`,
  ])
}

function poolSnippet({ provider, model, first_seen }: Lacking): Snippet {
  return snippet('The machines that serve it (USD for an hour of each)', 'pools', [
    `- id: ${text(`${provider}-pool`)}`,
    `  provider: ${text(provider)}`,
    `  models: [${text(model)}]`,
    '  units: 1',
    `  per_unit_hour: ${blank}`,
    `  from: ${first_seen.slice(0, 10)}`,
    '  weigh: tokens',
  ])
}

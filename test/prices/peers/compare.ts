import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { calcPrice } from '@pydantic/genai-prices'
import { createEngines } from '@spanledger/cli/price/engines'
import { priceCase } from '@spanledger/ledger/pricing/price-case'
import { pythonEnvironment } from '../../harness/python-environment.ts'
import { Exact } from '../sheet.ts'
import type { Question } from './questions.ts'

/** What somebody says a usage costs; null: no answer. */
export type Answer = string | null

export function answersOfOurs(asked: readonly Question[]): Answer[] {
  const engineFor = createEngines()
  return asked.map((question) => priceCase({ ...question, region: 'global' }, engineFor, Date.parse('2026-11-21')).usd)
}

/** Its ids of providers are ours, but for Vertex AI, which it has no sheet of its own for. */
const genaiProvider = (provider: string) => (provider === 'vertex' ? 'google' : provider)

function answersOfNpm(asked: readonly Question[]): Answer[] {
  return asked.map(({ provider, model, at, usage }) => {
    try {
      const options = { providerId: genaiProvider(provider), timestamp: new Date(at) }
      const answer = calcPrice({ ...usage }, model, options)
      return answer === null ? null : String(answer.total_price)
    } catch {
      return null
    }
  })
}

/** Another engine with prices of its own, by its short name. */
export interface Peer {
  readonly name: string
  readonly title: string
  answers(asked: readonly Question[]): Promise<Answer[] | { readonly missing: string }>
}

export const peers: readonly Peer[] = [
  { name: 'npm', title: 'npm @pydantic/genai-prices 0.1.8', answers: async (asked) => answersOfNpm(asked) },
  pythonPeer('pypi', 'genai-prices==0.2.3', 'ask_genai_prices.py'),
  pythonPeer('litellm', 'litellm==1.106.2', 'ask_litellm.py'),
]

function pythonPeer(name: string, needed: string, script: string): Peer {
  return {
    name,
    title: `PyPI ${needed.replace('==', ' ')}`,
    async answers(asked) {
      const environment = await pythonEnvironment({ name: `price-peer-${name}`, packages: [needed] })
      if ('missing' in environment) return { missing: `no ${needed} to compare with: ${environment.missing}` }
      return answersOfPython(environment.python, script, asked)
    },
  }
}

function answersOfPython(python: string, script: string, asked: readonly Question[]): Answer[] {
  const input = asked.map((question) => JSON.stringify({ ...question, ...namesFor(script, question) })).join('\n')
  const path = fileURLToPath(new URL(script, import.meta.url))
  const out = execFileSync(python, [path], { input, maxBuffer: 64_000_000, stdio: ['pipe', 'pipe', 'ignore'] })
  return out
    .toString()
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { usd: Answer }).usd)
}

/** By the names that LiteLLM has for the same; others are the same. */
const litellmProviders: Readonly<Record<string, string>> = {
  'x-ai': 'xai',
  aws: 'bedrock',
  fireworks: 'fireworks_ai',
  google: 'gemini',
  'github-copilot': 'github_copilot',
  moonshotai: 'moonshot',
  together: 'together_ai',
  vertex: 'vertex_ai',
  voyageai: 'voyage',
}

function namesFor(script: string, { provider, model }: Question) {
  if (script !== 'ask_litellm.py') return { provider: genaiProvider(provider), model }
  return { provider: litellmProviders[provider] ?? provider, model: model.replace(/^regional\./, 'us.') }
}

/** Floats have noise in their last digits; that is no other price. */
function isSame(ours: string, theirs: string): boolean {
  const [a, b] = [new Exact(ours), new Exact(theirs)]
  return a.sub(b).abs().lte(a.abs().mul('1e-9'))
}

export interface Comparison {
  /** Questions that both answered. */
  readonly compared: number
  readonly same: number
  /** By `provider/model`. */
  readonly differences: ReadonlyMap<string, Difference>
  readonly models: number
}

export interface Difference {
  /** Joined by commas, in alphabetical order. */
  readonly kinds: string
  readonly example: { readonly question: Question; readonly ours: string; readonly theirs: string }
}

export function compare(asked: readonly Question[], ours: readonly Answer[], theirs: readonly Answer[]): Comparison {
  const found = new Map<string, { kinds: Set<string>; example: Difference['example'] }>()
  const models = new Set<string>()
  let [compared, same] = [0, 0]
  for (const [index, question] of asked.entries()) {
    const [a, b] = [ours[index] ?? null, theirs[index] ?? null]
    if (a === null || b === null) continue
    const key = `${question.provider}/${question.model}`
    compared++
    models.add(key)
    if (isSame(a, b)) same++
    else {
      const known = found.get(key) ?? { kinds: new Set(), example: { question, ours: a, theirs: b } }
      known.kinds.add(question.kind)
      found.set(key, known)
    }
  }
  const differences = new Map(
    [...found].map(([key, { kinds, example }]) => [key, { kinds: [...kinds].toSorted().join(','), example }]),
  )
  return { compared, same, differences, models: models.size }
}

import type { ServedModel } from '../../traces/model-mix.ts'
import type { ReplayShape } from '../../replay/bodies.ts'
import type { ProfileName } from './profile.ts'

/** A feature of the imagined company whose traffic the demo sends. */
export interface Feature {
  readonly name: string
  readonly team: string
  readonly project: string
  readonly profile: ProfileName
  readonly requestsPerWeek: number
  readonly model: ServedModel
  /** Answers every fourth request instead, where there is one. */
  readonly otherModel?: ServedModel
  /** System prompt and tools, the same for every request: what prompt caches hold. 0: the prompts are too short to be cached. */
  readonly prefixTokens: number
  /** How its service tells spanledger. */
  readonly sends: ReplayShape
}

const sonnet: ServedModel = { provider: 'anthropic', model: 'claude-sonnet-4-5', millisecondsPerOutputToken: 15 }
const haiku: ServedModel = { provider: 'anthropic', model: 'claude-haiku-4-5', millisecondsPerOutputToken: 7 }
const gpt: ServedModel = { provider: 'openai', model: 'gpt-5.4', millisecondsPerOutputToken: 14 }
const gptMini: ServedModel = { provider: 'openai', model: 'gpt-5-mini', millisecondsPerOutputToken: 6 }
const gemini: ServedModel = { provider: 'google', model: 'gemini-2.5-pro', millisecondsPerOutputToken: 12 }
const geminiFlash: ServedModel = { provider: 'google', model: 'gemini-2.5-flash', millisecondsPerOutputToken: 5 }

/**
 * 15,750 requests a week: 47,250 in 21 days. The three large ones cost about the same per request, so that a change of
 * the mix alone does not change what a request costs.
 */
export const features: readonly Feature[] = [
  {
    name: 'support-assistant',
    team: 'support',
    project: 'helpdesk',
    profile: 'broad',
    requestsPerWeek: 4_700,
    model: sonnet,
    prefixTokens: 5_632,
    sends: 'events',
  },
  {
    name: 'document-search',
    team: 'search',
    project: 'knowledge',
    profile: 'steady',
    requestsPerWeek: 4_600,
    model: gpt,
    prefixTokens: 6_400,
    sends: 'events',
  },
  {
    name: 'code-review',
    team: 'platform',
    project: 'devtools',
    profile: 'office',
    requestsPerWeek: 3_150,
    model: gemini,
    prefixTokens: 4_096,
    sends: 'spans',
  },
  {
    name: 'summaries',
    team: 'search',
    project: 'knowledge',
    profile: 'level',
    requestsPerWeek: 1_200,
    model: haiku,
    otherModel: sonnet,
    prefixTokens: 3_072,
    sends: 'events',
  },
  {
    name: 'ticket-triage',
    team: 'support',
    project: 'helpdesk',
    profile: 'daytime',
    requestsPerWeek: 1_200,
    model: gptMini,
    otherModel: gpt,
    prefixTokens: 0,
    sends: 'events',
  },
  {
    name: 'code-completion',
    team: 'platform',
    project: 'devtools',
    profile: 'evening',
    requestsPerWeek: 900,
    model: geminiFlash,
    otherModel: gemini,
    prefixTokens: 0,
    sends: 'spans',
  },
]

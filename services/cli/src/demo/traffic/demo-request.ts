import type { ServedModel } from '../../traces/model-mix.ts'
import type { TimedRequest } from '../../traces/rebase.ts'
import { responseIdOf } from '../../traces/response-id.ts'
import { fractionsOf, hexOf } from '../../traces/seeded.ts'
import { type Population, whoOf } from '../../traces/who.ts'
import type { Feature } from './features.ts'
import type { Incident } from './incidents.ts'
import { type Profile, tokensAt } from './profile.ts'

export interface DemoRequest extends TimedRequest {
  readonly sends: Feature['sends']
}

export interface RequestMakerOptions {
  readonly seed: number
  readonly feature: Feature
  readonly profile: Profile
  readonly incidents: readonly Incident[]
}

/** Which request: a label of its own, and its number, which spreads the draws evenly. */
export interface Place {
  readonly label: string
  readonly number: number
  readonly at: number
  readonly outputFactor: number
}

const weekMs = 7 * 86_400_000
const requestsPerSession = 4
/** A prefix that was not asked for lately has left the provider's cache. */
const coldShare = 0.04
/** What of a prompt is never written to a cache: the part after its last whole block. */
const tailTokens = 16
const otherModelShare = 0.25

const population: Population = {
  users: 300,
  environments: [
    { weight: 95, name: 'prod' },
    { weight: 5, name: 'staging' },
  ],
}

/** Makes the requests of one feature: everything depends on seed, feature and place only. */
export function createRequestMaker({ seed, feature, profile, incidents }: RequestMakerOptions) {
  const offsets = fractionsOf(`demo/${seed}/${feature.name}/offsets`)
  // Multiples of irrational steps: any run of requests has its quantiles in the right proportions, so that few requests
  // already look like the recorded distribution. The steps are unrelated, so input and output are as well.
  const draw = (index: number, number: number): number => {
    const value = number * (steps[index] as number) + (offsets[index] as number)
    return value - Math.floor(value)
  }

  return function make({ label, number, at, outputFactor }: Place): DemoRequest {
    const name = `demo-${seed}-${feature.name}-${label}`
    const model =
      feature.otherModel !== undefined && draw(3, number) < otherModelShare ? feature.otherModel : feature.model
    const promptTokens = tokensAt(profile.input, draw(0, number))
    const outputTokens = Math.round(tokensAt(profile.output, draw(1, number)) * outputFactor)
    const inputTokens = feature.prefixTokens + promptTokens
    const isBroken = incidents.some(
      ({ kind, feature: broken, fromMs, toMs }) =>
        kind === 'cache_regression' && broken === feature.name && at >= fromMs && at < toMs,
    )
    const held = isBroken || draw(2, number) < coldShare ? 0 : feature.prefixTokens
    const ttftMs = Math.round(150 + (inputTokens - held * 0.8) / 30 + 200 * draw(4, number))
    return {
      row: { number, arrivedMs: at, inputTokens, outputTokens },
      at,
      eventId: name,
      responseId: responseIdOf(model, `${name}/response`),
      traceId: hexOf(`${name}/trace`, 32),
      spanId: hexOf(`${name}/span`, 16),
      model,
      attribution: {
        project: feature.project,
        team: feature.team,
        feature: feature.name,
        service: `${feature.name}-api`,
        ...askerOf(`demo/${seed}/${feature.name}/session/${sessionOf(label, number)}`),
        ...releaseOf(feature, incidents, at),
      },
      latencyMs: ttftMs + outputTokens * model.millisecondsPerOutputToken,
      ttftMs,
      ...cacheTokens(feature, model, inputTokens, held),
      sends: feature.sends,
    }
  }
}

/** Fractional parts of the golden ratio and of roots that have nothing to do with each other. */
const steps = [
  0.618_033_988_749_895, 0.414_213_562_373_095, 0.732_050_807_568_877, 0.236_067_977_499_79, 0.645_751_311_064_591,
]

/** A retry loop is one session, however long it goes on. */
function sessionOf(label: string, number: number): string {
  return label.startsWith('retry') ? 'retry' : String(Math.floor(number / requestsPerSession))
}

function askerOf(session: string) {
  return { ...whoOf(session, population), session: hexOf(`${session}/session`, 12) }
}

/** A release a week; a cache break arrives with a release of its own, and leaves with the one that repairs it. */
function releaseOf(feature: Feature, incidents: readonly Incident[], at: number) {
  const week = Math.floor(at / weekMs) % 100
  const cacheBreak = incidents.find(
    ({ kind, feature: broken }) => kind === 'cache_regression' && broken === feature.name,
  )
  const patch = cacheBreak === undefined || at < cacheBreak.fromMs ? 0 : at < cacheBreak.toMs ? 1 : 2
  return { release: `v${week}.${patch}`, prompt_version: `p${week}.${patch}` }
}

/** Whether a request reports cache figures, and which, is the provider's: only Anthropic bills writes. */
function cacheTokens(feature: Feature, model: ServedModel, inputTokens: number, held: number) {
  if (feature.prefixTokens === 0) return {}
  if (model.provider !== 'anthropic') return { cacheReadTokens: held }
  return { cacheReadTokens: held, cacheWriteTokens: Math.max(0, inputTokens - held - tailTokens) }
}

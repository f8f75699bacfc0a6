import { maxCount, type Usage } from '@spanledger/schemas/events/usage'
import type { Observation } from '../observation.ts'
import type { PriceResult } from '../pricing/types.ts'
import type { CharacterBasis } from './accrual-basis.ts'

/** So many characters are so many tokens, of English text; others and code have fewer characters in a token. */
interface Ratio {
  readonly characters: number
  readonly tokens: number
}

/** OpenAI's and Google's rule of thumb: a token is about 4 characters (ai.google.dev/gemini-api/docs/tokens). */
const usual: Ratio = { characters: 4, tokens: 1 }

const ratios: Readonly<Record<string, Ratio>> = {
  /** 3.5 characters: the glossary of Anthropic's documentation. */
  anthropic: { characters: 7, tokens: 2 },
}

export interface Estimate {
  readonly accruedCost: bigint
  readonly basis: CharacterBasis
}

/**
 * What a request without usage may have cost, by the lengths that its source recorded: a pure function of the observation
 * and the prices. Undefined where no length is known, or the model has no price.
 */
export function estimateByCharacters(
  { provider, operation, inputCharacters, outputCharacters }: Observation,
  price: (usage: Usage) => PriceResult,
): Estimate | undefined {
  // An embedding has no output that is billed.
  const output = isEmbedding(operation) ? undefined : outputCharacters
  if (inputCharacters === undefined && output === undefined) return undefined
  const basis: CharacterBasis = {
    by: 'characters',
    ...(inputCharacters !== undefined && { input_characters: inputCharacters }),
    ...(output !== undefined && { output_characters: output }),
    ...(ratios[provider] ?? usual),
  }
  const result = price(usageOfCharacters(basis))
  // A share of what is paid by the hour depends on what else runs: the series tells more.
  return result.state === 'unpriced' || result.poolBasis ? undefined : { accruedCost: result.costAtto, basis }
}

/** The tokens that the lengths stand for, rounded up. */
export function usageOfCharacters(basis: CharacterBasis): Usage {
  const { input_characters: input, output_characters: output, characters, tokens } = basis
  const tokensOf = (length: number) => Math.min(maxCount, Math.ceil((length * tokens) / characters))
  return {
    ...(input !== undefined && { input_tokens: tokensOf(input) }),
    ...(output !== undefined && { output_tokens: tokensOf(output) }),
  }
}

/** Whether everything that is billed was estimated, so that nothing is gained by asking what others of the series cost. */
export function isWhole(basis: CharacterBasis, operation: string): boolean {
  return basis.input_characters !== undefined && (isEmbedding(operation) || basis.output_characters !== undefined)
}

function isEmbedding(operation: string | undefined): boolean {
  return operation?.startsWith('embed') === true
}

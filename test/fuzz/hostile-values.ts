import type { AttributeValue } from '@spanledger/schemas/events/otlp'
import type { Dice } from './dice.ts'

/** Values that are no count at all: a reader that takes one for a number, or for nothing, is silently wrong. */
export const notCounts: readonly AttributeValue[] = [
  -1,
  -9_007_199_254_740_991,
  -(2n ** 63n),
  2n ** 63n - 1n,
  10 ** 15 + 2,
  1e300,
  0.5,
  1234.000001,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  '-5',
  '1e3',
  '12.5',
  '0x10',
  'NaN',
  '９９',
  '99999999999999999999999999',
  'many',
  true,
  [12],
  new Map<string, AttributeValue>([['value', 12]]),
]

const texts = [
  '',
  ' ',
  '\u0000',
  '\ufffd',
  '\u202e',
  'a\ud83d\ude00'.repeat(200),
  'x'.repeat(100_000),
  '{'.repeat(5_000),
  '['.repeat(5_000),
  '{"a":'.repeat(2_000),
  `{${"'a': {".repeat(1_000)}`,
  '{"prompt_tokens": -1}',
  '{"prompt_tokens": 1e999, "completion_tokens": 3}',
  '{"input": "12", "output": null, "total": {}}',
  '{"input_tokens": 5, "input_tokens": 6}',
  "{'prompt_tokens': 10, 'completion_tokens': None, 'prompt_tokens_details': {'cached_tokens': True}}",
  "{'a': 'unterminated",
  '{"__proto__": {"polluted": 1}, "constructor": 2}',
  'null',
  '[]',
  '"text"',
  '１２',
  '2026-11-20T10:00:00Z',
  "'; DROP TABLE ledger; --",
  '../../etc/passwd',
  'openai',
  'anthropic',
  'aws.bedrock',
  'vllm',
  'chat',
  'embeddings',
  'invoke_agent',
  'LLM',
  'generation',
  'ai.generateText.doGenerate',
]

/** Anything that an attribute can be. */
export function anyValue(dice: Dice): AttributeValue {
  switch (dice.below(5)) {
    case 0:
      return dice.pick(notCounts)
    case 1:
      return dice.pick(texts)
    case 2:
      return dice.below(2) === 0 ? dice.below(1_000_000) : BigInt(dice.below(2 ** 31))
    case 3:
      return nested(dice, 1 + dice.below(40))
    default:
      return [anyText(dice), dice.below(10), anyText(dice)]
  }
}

export function anyText(dice: Dice): string {
  return dice.pick(texts)
}

/** Lists and maps within each other. */
function nested(dice: Dice, depth: number): AttributeValue {
  let value: AttributeValue = dice.below(100)
  for (let level = 0; level < depth; level++) value = dice.oneIn(2) ? [value] : new Map([['k', value]])
  return value
}

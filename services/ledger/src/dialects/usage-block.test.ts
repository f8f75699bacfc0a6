import { expect, test } from 'vitest'
import { readUsageBlock } from './usage-block.ts'

test.each([
  ['Gemini', { promptTokenCount: 1000, toolUsePromptTokenCount: 5, candidatesTokenCount: 40, thoughtsTokenCount: 60 }],
  [
    'Gemini in python',
    { prompt_token_count: 1000, tool_use_prompt_token_count: 5, candidates_token_count: 40, thoughts_token_count: 60 },
  ],
])('%s counts tool prompts and thoughts beside the others', (_who, block) => {
  expect(readUsageBlock(block)).toEqual({
    usage: { input_tokens: 1005, output_tokens: 100, output_reasoning_tokens: 60 },
    input: 'inclusive',
  })
})

test('Bedrock’s input excludes its caches, the AI SDK’s under the same name does not', () => {
  const bedrock = { inputTokens: 100, outputTokens: 5, cacheReadInputTokens: 2000, cacheWriteInputTokens: 0 }
  expect(readUsageBlock(bedrock)).toMatchObject({ input: 'exclusive', usage: { cache_read_tokens: 2000 } })
  const own = { inputTokens: 2100, outputTokens: 5, cachedInputTokens: 2000, reasoningTokens: 3 }
  expect(readUsageBlock(own)).toMatchObject({ input: 'inclusive', usage: { cache_read_tokens: 2000 } })
})

test('a count that is none is left for the judge', () => {
  expect(readUsageBlock({ prompt_tokens: '12x', completion_tokens: -1 })?.usage).toEqual({
    input_tokens: '12x',
    output_tokens: -1,
  })
})

test.each([null, 7, 'text', [], {}, { tokens: 5 }])('%j is no usage block', (block) =>
  expect(readUsageBlock(block)).toBeUndefined(),
)

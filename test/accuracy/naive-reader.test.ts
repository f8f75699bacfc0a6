import { expect, test } from 'vitest'
import { readNaively } from './naive-reader.ts'

const spanOf = (attributes: Readonly<Record<string, number>>) => ({
  attributes: Object.entries(attributes).map(([key, count]) => ({ key, value: { intValue: String(count) } })),
})
const read = (...spans: Readonly<Record<string, number>>[]) =>
  readNaively({
    bodies: [
      {
        signal: 'traces',
        json: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: spans.map(spanOf) }] }] }),
      },
    ],
  })

test.each([
  { 'gen_ai.usage.input_tokens': 9, 'gen_ai.usage.output_tokens': 3 },
  { 'gen_ai.usage.prompt_tokens': 9, 'gen_ai.usage.completion_tokens': 3 },
  { 'llm.token_count.prompt': 9, 'llm.token_count.completion': 3, 'llm.token_count.total': 12 },
  { 'ai.usage.inputTokens': 9, 'ai.usage.outputTokens': 3, 'gen_ai.usage.input_tokens': 9 },
  { 'gen_ai.aggregated_usage.input_tokens': 9, 'gen_ai.aggregated_usage.output_tokens': 3 },
])('counts go by many names, and one span is counted once: %j', (attributes) => {
  expect(read(attributes)).toMatchObject({ requests: 1, input: 9, output: 3 })
})

test('what is cached or reasoned is told apart from input and output', () => {
  expect(
    read(
      { 'gen_ai.usage.cache_read.input_tokens': 4, 'gen_ai.usage.cache_creation.input_tokens': 2 },
      { 'llm.token_count.prompt_details.cache_read': 1, 'ai.usage.reasoningTokens': 5 },
    ),
  ).toEqual({ requests: 2, input: 0, cache_read: 5, cache_write: 2, output: 0, reasoning: 5 })
})

test('spans around other spans are counted again: that is what it is for', () => {
  const usage = { 'gen_ai.usage.input_tokens': 9, 'gen_ai.usage.output_tokens': 3 }
  expect(read(usage, usage)).toMatchObject({ requests: 2, input: 18, output: 6 })
})

import { expect, test } from 'vitest'
import { trustsResponseId } from './response-id.ts'

test('a provider’s own id stands for one response', () => {
  expect(trustsResponseId('openai', 'chatcmpl-abc')).toBe(true)
})

test('an id that an instrumentation made up does not', () => {
  expect(trustsResponseId('openai', 'run-1', true)).toBe(false)
})

test('a self-hosted server’s id does not, and no id does not', () => {
  expect(trustsResponseId('self-hosted', 'cmpl-9f8e7d6c5b4a39281706f5e4d3c2b1a0')).toBe(false)
  expect(trustsResponseId('openai', undefined)).toBe(false)
})

test('behind an unknown host the id must be long enough not to come again', () => {
  expect(trustsResponseId('openai-compatible:10.0.0.7', 'chatcmpl-417')).toBe(false)
  expect(trustsResponseId('openai-compatible:llm.corp', 'chatcmpl-B3fZ0q1xYtW8nLk2')).toBe(true)
})

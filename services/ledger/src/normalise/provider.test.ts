import { expect, test } from 'vitest'
import { providerOf } from './provider.ts'

test.each([
  ['openai', undefined, 'openai'],
  ['openai', 'api.openai.com', 'openai'],
  ['aws.bedrock', undefined, 'aws'],
  ['gcp.gemini', undefined, 'google'],
  [' OpenAI.Chat ', undefined, 'openai'],
  ['anthropic.messages', undefined, 'anthropic'],
  ['openai', 'llm.corp.example', 'openai-compatible:llm.corp.example'],
  ['', 'api.anthropic.com', 'anthropic'],
  ['_OTHER', 'api.mistral.ai', 'mistral'],
  ['_OTHER', undefined, 'unknown'],
  ['', undefined, 'unknown'],
])('%j at %j is %j', (raw, host, provider) => expect(providerOf(raw, host)).toBe(provider))

import { describe, expect, it } from 'vitest'
import { isPrivateHost, resolveProvider } from './provider.ts'

describe('a provider', () => {
  it.each([
    ['openai', 'openai'],
    [' OpenAI ', 'openai'],
    ['azure.ai.openai', 'azure'],
    ['az.ai.openai', 'azure'],
    ['azure_ai', 'azure'],
    ['aws.bedrock', 'aws'],
    ['amazon-bedrock', 'aws'],
    ['gcp.gemini', 'google'],
    ['gcp.gen_ai', 'google'],
    ['gcp.vertex_ai', 'vertex'],
    ['vertex_ai-anthropic_models', 'vertex'],
    ['x_ai', 'x-ai'],
    ['mistral_ai', 'mistral'],
    ['moonshot', 'moonshotai'],
    ['hosted_vllm', 'self-hosted'],
    ['ollama', 'self-hosted'],
    ['ibm.watsonx.ai', 'ibm.watsonx.ai'],
    ['constructor', 'constructor'],
  ])('sent as %j is %s', (sent, canonical) => {
    expect(resolveProvider(sent)).toBe(canonical)
  })

  it.each([
    ['api.openai.com', 'openai'],
    ['https://api.openai.com:443/v1', 'openai'],
    ['eu.api.openai.com', 'openai'],
    ['contoso.openai.azure.com', 'azure'],
    ['api.deepseek.com', 'deepseek'],
    ['bedrock-runtime.eu-west-1.amazonaws.com', 'aws'],
    ['us-central1-aiplatform.googleapis.com', 'vertex'],
    ['api.openai.com.evil.example', 'openai-compatible:api.openai.com.evil.example'],
    ['localhost:8000', 'openai-compatible:localhost'],
    ['http://[::1]:8000/v1', 'openai-compatible:[::1]'],
    ['', 'openai'],
  ])('called openai at %j is %s', (host, provider) => {
    expect(resolveProvider('openai', host)).toBe(provider)
  })

  it('of another name keeps it, whatever the host', () => {
    expect(resolveProvider('anthropic', 'gateway.example.com')).toBe('anthropic')
  })

  it('is resolved once and for all', () => {
    for (const name of ['azure.ai.openai', 'gcp.vertex_ai', 'vllm', 'Unheard Of']) {
      expect(resolveProvider(resolveProvider(name))).toBe(resolveProvider(name))
    }
  })
})

describe('a host', () => {
  it.each([
    'localhost',
    'vllm',
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '[::1]',
    'llm.svc',
    'a.internal',
  ])('%s is private', (host) => expect(isPrivateHost(host)).toBe(true))
  it.each(['llm.example.com', '172.32.0.1', '8.8.8.8', '11.0.0.1', '[2001:db8::1]'])('%s is not', (host) => {
    expect(isPrivateHost(host)).toBe(false)
  })
})

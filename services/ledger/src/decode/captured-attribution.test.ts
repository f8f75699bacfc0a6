import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { topics } from '@spanledger/schemas/events/topics'
import type { Attribution } from '@spanledger/schemas/events/dimensions'
import { describe, expect, test } from 'vitest'
import { createReader } from './reader.ts'

const fixtures = new URL('../../../../../shared/fixtures/otlp/', import.meta.url)

function observe(folder: string) {
  const names = readdirSync(new URL(`${folder}/`, fixtures)).filter((name) => name.endsWith('traces.pb'))
  return names.flatMap((name) => {
    const value = readFileSync(new URL(`${folder}/${name}`, fixtures))
    const appendedAtMs = Date.UTC(2027, 0, 1)
    return createReader()({ topic: topics.spans, partition: 0, offset: 0, appendedAtMs, key: '', value, headers: {} })
      .observations
  })
}

const person = { user: 'u-42', session: 's-7', team: 'search' }
const service = (name: string) => ({ service: name, environment: 'test', release: '1.0.0' })

/** What every request of a capture says of itself, as its instrumentation was told. */
const said: Readonly<Record<string, { who: Attribution; tags?: Record<string, string> }>> = {
  'otel-genai-openai': { who: { ...service('checkout-assistant'), team: 'search' } },
  'otel-botocore-bedrock': { who: { ...service('doc-extract'), team: 'search' } },
  'anthropic-sdk-native': { who: { ...service('support-bot'), team: 'search' } },
  'openinference-openai': {
    who: { ...service('rag-api'), ...person, feature: 'faq' },
    tags: { prod: 'true', eu: 'true' },
  },
  'openinference-openai-js': { who: { ...service('js-assistant'), ...person }, tags: { prod: 'true' } },
  'traceloop-openai': {
    who: { ...person, service: 'support-bot', feature: 'faq', workflow: 'answer_question' },
  },
  'vercel-ai-v6': { who: { ...service('web-chat'), ...person }, tags: { prod: 'true', faq: 'true' } },
  litellm: {
    who: { service: 'llm-gateway', environment: 'test', user: 'u-42', team: 'search', feature: 'faq' },
    tags: { api_key: 'search-prod', organization_id: 'org-1' },
  },
  'pydantic-ai': { who: { ...service('travel-agent'), team: 'search' } },
  'langfuse-python': { who: { ...person, service: 'chat-ui', feature: 'faq' }, tags: { prod: 'true' } },
}

describe.skipIf(!existsSync(fixtures))('captured payloads (../shared/fixtures/otlp is not here)', () => {
  test.each(Object.entries(said))('%s: whose every request is', (folder, { who, tags = {} }) => {
    const observations = observe(folder)
    expect(observations.length).toBeGreaterThan(0)
    for (const { attribution, tags: found } of observations) {
      expect(attribution).toMatchObject(who)
      expect(found).toEqual(tags)
    }
  })
})

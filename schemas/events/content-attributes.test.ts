import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { contentAttributes, keptAttributes, keptSignalAttributes } from './content-attributes.ts'

describe('keptAttributes', () => {
  it('keeps no known place of content', () => {
    for (const keep of [keptAttributes, keptSignalAttributes]) {
      expect(contentAttributes.filter((pattern) => keep(pattern.replace('*', 'x')) > 0)).toEqual([])
    }
  })

  it.each([
    'gen_ai.prompt.0.content',
    'gen_ai.prompt.12.content',
    'gen_ai.completion.0.tool_calls.0.arguments',
    'llm.input_messages.0.message.content',
    'some.new.place.of.content',
    'prompt',
    'spanledger.prompt',
    'traceloop.association.properties.user_input',
    'ai.telemetry.metadata.finalAnswer',
    'langfuse.trace.metadata.messages',
    'langsmith.metadata.LANGSMITH_API_KEY',
    'x'.repeat(300),
    '__proto__',
  ])('drops %s', (key) => {
    expect(keptAttributes(key)).toBe(0)
  })

  it.each([
    'gen_ai.usage.input_tokens',
    'gen_ai.usage.cache_read.input_tokens',
    'gen_ai.response.id',
    'llm.token_count.prompt_details.cache_read',
    'ai.usage.inputTokenDetails.cacheReadTokens',
    'anthropic.usage.cache_creation.ephemeral_5m_input_tokens',
    'metadata.user_api_key_team_alias',
    'traceloop.association.properties.user_id',
    'spanledger.prompt_version',
    'spanledger.team',
    'deployment.environment.name',
    'service.name',
    'team',
  ])('keeps %s', (key) => {
    expect(keptAttributes(key)).toBeGreaterThan(0)
  })

  it('keeps no more text than a number has where numbers belong, and no content among names', () => {
    expect(keptAttributes('gen_ai.usage.input_tokens')).toBe(32)
    expect(keptAttributes('gen_ai.usage.raw_prompt')).toBe(32)
    expect(keptAttributes('llm.token_count.prompt')).toBe(32)
    expect(keptAttributes('service.prompt')).toBe(0)
  })

  it('stays bounded, whatever keys strangers send', () => {
    for (let at = 0; at < 20_000; at++) keptAttributes(`spanledger.key${at}`)
    expect(keptAttributes('gen_ai.request.model')).toBe(1024)
  })
})

const fixtures = join(import.meta.dirname, '../../../shared/fixtures/otlp')

describe.skipIf(!existsSync(fixtures))('real payloads (../shared/fixtures/otlp is not here)', () => {
  it('keep nothing that reads like a prompt or an answer', () => {
    const said = /Say hello|"role"|Hello\.|mock refusal/
    const kept: string[] = []
    for (const folder of readdirSync(fixtures).filter((name) => !name.includes('.'))) {
      for (const file of readdirSync(join(fixtures, folder)).filter((name) => name.endsWith('traces.json'))) {
        const text = readFileSync(join(fixtures, folder, file), 'utf8')
        JSON.parse(text, (_, value: unknown) => {
          const pair = value as { key?: unknown; value?: unknown } | null
          if (typeof pair?.key === 'string' && keptAttributes(pair.key) > 0 && said.test(JSON.stringify(pair.value))) {
            kept.push(`${folder}: ${pair.key}`)
          }
          return value
        })
      }
    }
    expect(kept).toEqual([])
  })
})

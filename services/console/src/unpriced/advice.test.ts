import { parseConfigFile } from '@spanledger/runtime/config-file/config-file'
import { ConfigFileError } from '@spanledger/runtime/config-file/config-file-error'
import { expect, test } from 'vitest'
import { adviceOf } from './advice.ts'

const near = [
  { provider: 'openai', model: 'gpt-4o' },
  { provider: 'openai', model: 'gpt-4o-mini' },
]

test.each(['MODEL_UNKNOWN', 'PROVIDER_UNKNOWN', 'NO_PRICE_AT_TIME', 'METER_UNPRICED', 'SELF_HOSTED_NO_COST_POOL'])(
  'what is offered to paste for %s is refused until it is filled in, and then taken',
  (warning) => {
    const lacking = {
      provider: 'our "house"',
      model: 'model: 1 # x',
      warning,
      first_seen: '2026-11-20T10:00:00.000Z',
      example: 'e',
    }
    const { snippets } = adviceOf(lacking, near)
    expect(snippets.length).toBeGreaterThan(0)
    for (const { yaml } of snippets) {
      const filledIn = yaml.replace('"…":', 'output_tokens:').replaceAll('"…"', '"2.5"')
      if (yaml.includes('…')) expect(() => parseConfigFile(yaml, 'f.yaml')).toThrow(ConfigFileError)
      expect(JSON.stringify(parseConfigFile(filledIn, 'f.yaml').prices)).toContain(JSON.stringify(lacking.model))
    }
  },
)

import { pricesConfig } from '@spanledger/schemas/config/prices'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { adviceOf } from './advice.ts'

const lacking = { first_seen: '2026-11-02T10:00:00.000Z', example: 'e-1' }
const odd = { provider: 'azure', model: 'team: "a"\\[x] # y', ...lacking }
const near = [
  { provider: 'openai', model: 'gpt-4o' },
  { provider: 'openai', model: 'gpt-4o-mini' },
]
const taken = (yaml: string) => pricesConfig.safeParse((parse(yaml) as { prices: unknown }).prices)

test('an alias to the likeliest model can be pasted as it is, and the others are beside it', () => {
  const [alias] = adviceOf({ ...odd, warning: 'MODEL_UNKNOWN' }, near).snippets
  const config = taken(alias?.yaml as string)
  expect(config.data?.aliases).toEqual([{ provider: 'azure', model: odd.model, to: near[0] }])
  expect(alias?.yaml).toContain('# or openai gpt-4o-mini')
  expect(alias?.yaml).toContain('make sure that it is this model')
})

test.each(['MODEL_UNKNOWN', 'PROVIDER_UNKNOWN', 'NO_PRICE_AT_TIME', 'METER_UNPRICED', 'SELF_HOSTED_NO_COST_POOL'])(
  '%s: no piece whose price was not filled in is taken, and each one is once it was',
  (warning) => {
    const { snippets, what_to_do } = adviceOf({ ...odd, warning }, [])
    expect(what_to_do).not.toBe('')
    for (const { yaml } of snippets.filter((each) => !each.yaml.includes('free: true'))) {
      expect(taken(yaml).success).toBe(false)
      const filled = yaml.replace('"…":', 'input_tokens:').replaceAll('"…"', '"1.25"').replaceAll('""', '"openai"')
      expect(taken(filled).error).toBeUndefined()
    }
  },
)

test('lost usage is no question of prices', () => {
  expect(adviceOf({ ...odd, warning: 'USAGE_MISSING' }, near)).toMatchObject({ snippets: [] })
})

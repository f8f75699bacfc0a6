import { expect, test } from 'vitest'
import { ConfigFileError } from './config-file-error.ts'
import { defaultConfigFile, parseConfigFile } from './config-file.ts'

function problemsOf(text: string): string[] {
  try {
    parseConfigFile(text, 'f.yaml')
  } catch (error) {
    if (error instanceof ConfigFileError) return error.message.split('\n')
    throw error
  }
  return []
}

test('what a file leaves out has its default; sections that are empty or commented out are as if not there', () => {
  for (const text of [
    '',
    '# nothing\n',
    'alerts:\n',
    'alerts:\n  rules:\n    spend_spike:\n  routes:\n  channels:\n',
    'attribution:\n  rules:\n  spellings:\n  require:\n',
    'prices:\n  aliases:\n  contracts: []\n  rows:\n',
  ]) {
    expect(parseConfigFile(text, 'f.yaml')).toEqual(defaultConfigFile)
  }
  const { alerts } = parseConfigFile(
    'alerts:\n  rules:\n    spend_spike: { ratio: 2 }\n    dear: { kind: unpriced, min_requests: 9 }\n',
    'f.yaml',
  )
  expect(alerts.rules['spend_spike']).toMatchObject({ kind: 'spend_spike', ratio: 2, baseline_days: 7 })
  expect(alerts.rules['dear']).toMatchObject({ kind: 'unpriced', min_requests: 9 })
  expect(Object.keys(alerts.rules)).toHaveLength(5)
})

test('every problem is said at once: the line, the field, what was given, what it takes', () => {
  expect(
    problemsOf(`alerts:
  every_seconds: soon
  rules:
    spend_spike:
      ratio: 0.5
      baseline_days: 2
      severity: bad
      by: [tenant, user]
      match: { team: 3, envirnment: prod }
    mine: { ratio: 3 }
    other: { kind: spend_spik }
    Bad-Name: { kind: unpriced }
  routes:
    - match: { sevrity: critical }
      to: [finanse]
    - to: slack
  channels:
    finance: { slack_webhook_env: FINANCE_WEBHOOK }
    none: { slack_webhook_env: X }
  evry_seconds: 3
`),
  ).toEqual([
    'f.yaml:2: alerts.every_seconds is "soon": it takes a number above 0 to 3600',
    'f.yaml:5: alerts.rules.spend_spike.ratio is 0.5: it takes a number above 1',
    'f.yaml:6: alerts.rules.spend_spike.baseline_days asks for fewer days than min_baseline_days: no series would ever be judged',
    'f.yaml:7: alerts.rules.spend_spike.severity is "bad": it takes one of warning, critical',
    'f.yaml:8: alerts.rules.spend_spike.by[1] is "user": it takes one of tenant, team, feature, model',
    'f.yaml:9: alerts.rules.spend_spike.match.team is 3: it takes a text, or a list of texts',
    'f.yaml:9: alerts.rules.spend_spike.match.envirnment is not a field: did you mean environment?',
    'f.yaml:10: alerts.rules.mine.kind is missing: it takes one of spend_spike, cost_per_request, cache_regression, unpriced',
    'f.yaml:11: alerts.rules.other.kind is "spend_spik": it takes one of spend_spike, cost_per_request, cache_regression, unpriced: did you mean spend_spike?',
    'f.yaml:12: alerts.rules.Bad-Name cannot be a name: a name is made of a-z, 0-9, _ and -, and starts with a letter',
    'f.yaml:14: alerts.routes[0].match.sevrity is not a field: did you mean severity?',
    'f.yaml:15: alerts.routes[0].to[0] is "finanse", which is no channel: did you mean finance?',
    'f.yaml:16: alerts.routes[1].to is "slack": it takes a list of channels: names under channels, slack or none',
    'f.yaml:19: alerts.channels.none is a name with a meaning of its own (slack is SLACK_WEBHOOK_URL, none is nobody): choose another',
    'f.yaml:20: alerts.evry_seconds is not a field: did you mean every_seconds?',
  ])
})

test('sections of later versions are refused by name, others with what was meant', () => {
  expect(problemsOf('budgets: {}\nalert:\n  rules: {}\nquite_another: 1\n')).toEqual([
    'f.yaml:1: budgets is not in this version yet: take it out, it would have no effect',
    'f.yaml:2: alert is not a section: did you mean alerts?',
    'f.yaml:4: quite_another is not a section: this version reads alerts, attribution, prices',
  ])
})

test.each([
  ['alerts: [', 'is not valid YAML'],
  ['alerts: {}\nalerts: {}', '2: is not valid YAML: Map keys must be unique'],
  ['- alerts', 'holds no sections'],
  ['alerts: !secret x', 'Unresolved tag'],
  ['alerts: *gone', 'Unresolved alias'],
  ['\talerts: 1', 'Tabs are not allowed'],
  ['a: 1\n---\nb: 2', 'not valid YAML'],
  ['alerts: 3', 'alerts is 3: it takes fields below it'],
])('a file like %j is refused in words', (text, problem) => {
  expect(problemsOf(text).join('\n')).toContain(problem)
})

test('a file that unfolds without end is refused, and costs nothing', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x,x]',
    ...[...'bcdefgh'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[index]}`).join(',')}]`),
  ]
  expect(problemsOf(bomb.join('\n')).join()).toContain('cannot be read')
})

test('a webhook’s URL that was put where its name belongs is never shown', () => {
  const url = 'https://hooks.slack.com/services/T0/B0/s3cret'
  for (const text of [
    `alerts:\n  channels:\n    finance: { slack_webhook_env: "${url}" }`,
    `alerts:\n  channels:\n    finance: "${url}"`,
    `alerts:\n  routes:\n    - to: [ "${url}" ]`,
    `alerts:\n  channels: { finance: { slack_webhook_env: "${url}" `,
    `alerts: !x "${url}"`,
    `? ${url}\n? ${url}`,
  ]) {
    const problems = problemsOf(text)
    expect(problems).not.toEqual([])
    expect(problems.join()).not.toContain('s3cret')
  }
})

test('a slip in the name of a rule is told from a rule without a kind', () => {
  expect(problemsOf('alerts:\n  rules:\n    spend_spik: { ratio: 2 }\n')).toEqual([
    'f.yaml:3: alerts.rules.spend_spik.kind is missing: it takes one of spend_spike, cost_per_request, cache_regression, unpriced; or is the rule to be named spend_spike?',
  ])
})

test('attribution: every problem is said at once, with its line', () => {
  expect(
    problemsOf(`attribution:
  spellings:
    team: [squad, "???"]
    customer: { only: [Squad] }
    teem: [x]
  rules:
    - match: { servce: a, model: [] , team: 3 }
      set: { team: "" }
    - set: {}
    - match: { attributes: { gen_ai.prompt: x, "http.route": "/v1/*" } }
      set: { feature: f, color: red }
      force: maybe
  require: [team, featur]
  api_keys:
    - { key_sha256: ${'a'.repeat(64)}, set: { team: t } }
    - { key_sha256: ${'A'.repeat(64)}, set: { team: t } }
    - { key_sha256: sk-secret, set: { team: t } }
    - sk-secret
  strict: true
`),
  ).toEqual([
    'f.yaml:3: attribution.spellings.team[1] is "???": it takes a key as an application writes it: letters, digits, and _ - . : / between them',
    'f.yaml:4: attribution.spellings.customer.only[0] is "Squad", which is a spelling of team already: keep one',
    'f.yaml:5: attribution.spellings.teem is not a field: did you mean team?',
    'f.yaml:7: attribution.rules[0].match.team is 3: it takes a text, or a list of texts',
    'f.yaml:7: attribution.rules[0].match.model is []: it takes a list, each item a text that is not empty',
    'f.yaml:7: attribution.rules[0].match.servce is not a field: did you mean service?',
    'f.yaml:8: attribution.rules[0].set.team is "": it takes a text of 1 to 256 characters',
    'f.yaml:9: attribution.rules[1].set is {}: it takes a value for at least one dimension',
    'f.yaml:10: attribution.rules[2].match.attributes.gen_ai.prompt holds prompts or answers, which are removed at the door: match another attribute',
    expect.stringMatching(/^f.yaml:11: attribution.rules\[2\].set.color is not a field: there are customer, /),
    'f.yaml:12: attribution.rules[2].force is "maybe": it takes true or false',
    expect.stringMatching(/^f.yaml:13: attribution.require\[1\] is "featur": it takes one of customer, /),
    'f.yaml:16: attribution.api_keys[1].key_sha256 is there already: put everything about one key into one entry',
    'f.yaml:17: attribution.api_keys[2].key_sha256 is [redacted]: it takes the sha256 of the key, as `spanledger doctor` prints it: 64 hex digits, never the key itself',
    'f.yaml:18: attribution.api_keys[3] is [redacted]: it takes fields below it: key_sha256, set',
    'f.yaml:19: attribution.strict is not a field: there are spellings, rules, require, api_keys',
  ])
})

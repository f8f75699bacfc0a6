import { expect, test } from 'vitest'
import type { AttributeValue } from '../events/otlp.ts'
import { attribute } from './attribution.ts'

type Attributes = Readonly<Record<string, AttributeValue>>
const who = (attributes: Attributes, resource: Attributes = {}) =>
  attribute({
    attributes: new Map(Object.entries(attributes)),
    resource: { attributes: new Map(Object.entries(resource)) },
  })

test.each<[string, Attributes, object, object?]>([
  ['OTel GenAI', { 'gen_ai.conversation.id': 's-7', 'enduser.id': 'u' }, { session: 's-7', user: 'u' }],
  [
    'OpenInference, in Python',
    {
      'openinference.span.kind': 'LLM',
      'user.id': 'u-42',
      'session.id': 's-7',
      metadata: '{"team": "search", "feature": "faq", "region": "eu"}',
      'tag.tags': ['prod', 'eu'],
    },
    { user: 'u-42', session: 's-7', team: 'search', feature: 'faq' },
    { region: 'eu', prod: 'true', eu: 'true' },
  ],
  [
    'OpenInference, in JavaScript: its tags are a JSON text',
    { metadata: '{"team":"search"}', 'tag.tags': '["prod","customer:acme"]' },
    { team: 'search', customer: 'acme' },
    { prod: 'true' },
  ],
  [
    'Traceloop',
    {
      'traceloop.association.properties.user_id': 'u-42',
      'traceloop.association.properties.session_id': 's-7',
      'traceloop.association.properties.team': 'search',
      'traceloop.workflow.name': 'answer_question',
      'traceloop.prompt.key': 'answer',
      'traceloop.prompt.version': 3,
    },
    {
      user: 'u-42',
      session: 's-7',
      team: 'search',
      workflow: 'answer_question',
      feature: 'answer_question',
      prompt_version: '3',
    },
    { prompt: 'answer' },
  ],
  [
    'Vercel AI SDK',
    {
      'ai.telemetry.metadata.userId': 'u-42',
      'ai.telemetry.metadata.sessionId': 's-7',
      'ai.telemetry.metadata.team': 'search',
      'ai.telemetry.metadata.tags': ['prod', 'faq'],
      'ai.telemetry.functionId': 'faq',
    },
    { user: 'u-42', session: 's-7', team: 'search', feature: 'faq' },
    { prod: 'true', faq: 'true' },
  ],
  [
    'LiteLLM: empty texts are absent, names of teams stand before their ids',
    {
      'metadata.user_api_key_user_id': 'u-42',
      'llm.user': 'somebody-else',
      'metadata.user_api_key_end_user_id': '',
      'metadata.user_api_key_team_id': 'team-search',
      'metadata.user_api_key_team_alias': 'search',
      'metadata.team_alias': '',
      'metadata.user_api_key_alias': 'search-prod',
      'metadata.user_api_key_org_id': 'org-1',
      'metadata.requester_metadata': "{'feature': 'faq', 'paid': True, 'note': None, \"it's\": \"o'clock\"}",
    },
    { user: 'u-42', team: 'search', feature: 'faq' },
    { api_key: 'search-prod', organization_id: 'org-1', paid: 'true', "it's": "o'clock" },
  ],
  [
    'LiteLLM: its placeholder for the owner of the master key is nobody',
    { 'metadata.user_api_key_user_id': 'default_user_id', 'llm.user': 'u-42' },
    { user: 'u-42' },
  ],
  [
    'Langfuse: values with the quotes of JSON',
    {
      'langfuse.observation.type': 'generation',
      'user.id': 'u-42',
      'session.id': 's-7',
      'langfuse.trace.metadata.team': '"search"',
      'langfuse.trace.metadata.tries': '2',
      'langfuse.trace.tags': ['prod'],
      'langfuse.environment': 'default',
      'langfuse.release': 'v42',
      'langfuse.observation.prompt.name': 'answer',
      'langfuse.observation.prompt.version': 7n,
    },
    { user: 'u-42', session: 's-7', team: 'search', release: 'v42', prompt_version: '7' },
    { tries: '2', prod: 'true', prompt: 'answer' },
  ],
  [
    'LangSmith: its own keys and environment are no tags',
    {
      'langsmith.metadata.user_id': 'u-42',
      'langsmith.metadata.thread_id': 's-7',
      'langsmith.metadata.team': 'search',
      'langsmith.metadata.ls_provider': 'openai',
      'langsmith.metadata.langgraph_node': 'agent',
      'langsmith.metadata.LANGSMITH_ENDPOINT': 'x',
      'langsmith.metadata.usage_metadata': '{"input_tokens": 3}',
      'langsmith.span.tags': 'prod,seq:step:1,feature:faq',
      'langsmith.trace.session_name': 'assistants',
    },
    { user: 'u-42', session: 's-7', team: 'search', feature: 'faq', project: 'assistants' },
    { prod: 'true' },
  ],
  [
    'OpenLIT',
    { 'gen_ai.request.user': '', 'gen_ai.environment': 'production', 'gen_ai.application_name': 'bot' },
    { environment: 'production', service: 'bot' },
  ],
  [
    'Claude Code',
    { 'user.account_uuid': 'uuid', 'user.email': 'a@b.c', 'session.id': 's', 'organization.id': 'o' },
    { user: 'uuid', session: 's' },
    { organization_id: 'o' },
  ],
  ['Codex', { 'conversation.id': 's', 'user.account_id': 'acc' }, { session: 's', user: 'acc' }],
  ['Gemini CLI', { 'session.id': 's', 'user.email': 'a@b.c' }, { session: 's', user: 'a@b.c' }],
  ['Google ADK', { 'gcp.vertex.agent.session_id': 's' }, { session: 's' }],
  [
    'pydantic-ai',
    { 'gen_ai.conversation.id': 's', 'gen_ai.agent.name': 'travel' },
    { session: 's', feature: 'travel' },
  ],
  ['the Anthropic SDK', { 'anthropic.workspace.id': 'wrkspc_1' }, { project: 'wrkspc_1' }],
])('%s: its own places are read', (_, attributes, attribution, tags = {}) => {
  expect(who(attributes)).toEqual({ attribution, tags, truncated: false })
})

test('a dialect’s own place stands behind the span’s spanledger.*, and before the resource’s', () => {
  const dialect = { 'langfuse.trace.metadata.team': '"dialect"' }
  const resource = { 'spanledger.team': 'resource', team: 'plain' }
  expect(who({ ...dialect, 'spanledger.team': 'own' }, resource).attribution.team).toBe('own')
  expect(who(dialect, resource).attribution.team).toBe('dialect')
  expect(who({}, resource).attribution.team).toBe('resource')
  expect(who({}, { team: 'plain' }).attribution.team).toBe('plain')
})

test('user.id is the own place of a dialect that says so, else a convention', () => {
  const resource = { 'spanledger.user': 'resource' }
  expect(who({ 'user.id': 'span' }, resource).attribution.user).toBe('resource')
  expect(who({ 'user.id': 'span', 'openinference.span.kind': 'LLM' }, resource).attribution.user).toBe('span')
})

test('what a dialect derives stands behind what the application chose', () => {
  const { attribution } = who({ 'ai.telemetry.functionId': 'derived', 'ai.telemetry.metadata.feature': 'chosen' })
  expect(attribution.feature).toBe('chosen')
})

test('keys are known in any case and with any separators, the better spelling first, one level deep', () => {
  for (const key of ['user_id', 'userId', 'USER-ID', 'User.Id', 'user id']) {
    expect(who({ metadata: JSON.stringify({ user: 'other', [key]: 'u' }) }).attribution, key).toEqual({ user: 'u' })
  }
  expect(who({ metadata: '{"user": {"id": "u", "name": "n"}}' }).attribution).toEqual({ user: 'u' })
  expect(who({ team_id: 't' }, { 'team.name': 'n' }).attribution).toEqual({ team: 't' })
  expect(who({}, { 'team.id': 't' }).attribution).toEqual({ team: 't' })
})

test('what may be content never becomes a tag, nor a dimension under a free key', () => {
  const { tags, truncated, attribution } = who({
    metadata: JSON.stringify({
      user_input: 'What is my balance?',
      question: 'Why?',
      note: 'two\nlines',
      long: 'x'.repeat(257),
      list: ['a'],
      json: '{"messages": []}',
      kept: 'short',
      feature: 'Dear model,\nwrite a poem',
      team: 'x'.repeat(257),
    }),
  })
  expect(attribution).toEqual({})
  expect(tags).toEqual({ kept: 'short' })
  expect(truncated).toBe(false)
})

test('a tag that was written as one beats a free key, and there are at most 64', () => {
  const free = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`a${n}`, n]))
  const { tags, truncated } = who({ metadata: JSON.stringify({ ...free, k: 'free' }), 'spanledger.tags.k': 'own' })
  expect(Object.keys(tags)).toHaveLength(64)
  expect(tags['k']).toBe('own')
  expect(truncated).toBe(true)
})

test('texts that are broken, of another shape or hostile say nothing', () => {
  for (const metadata of ['{', '[]', '"team"', 'null', '{"__proto__": {"team": "x"}}', `${'{"a":'.repeat(99)}1`]) {
    expect(who({ metadata }), metadata).toEqual({ attribution: {}, tags: {}, truncated: false })
  }
})

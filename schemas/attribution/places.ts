import type { Dimension } from '../events/dimensions.ts'

/** What an attribute says of whom a record is: one dimension, or a tag, or a whole map or list of free keys. */
export type Says =
  | Dimension
  /** A map as JSON or Python text, or, where the name ends in `*`, one entry for each name below it. */
  | 'entries'
  /** Free labels: a list, its JSON text, or words with commas. */
  | 'labels'
  | { readonly tag: string }

export interface Place {
  /** Of the attribute; `*` at its end stands for a key that the application chose. */
  readonly name: string
  readonly says: Says
  /** Counts only beside this attribute, which tells the dialect: the name itself is everybody's. */
  readonly beside?: string
  /** What its producer writes when it knows nothing. */
  readonly nothing?: readonly string[]
}

/**
 * Where each dialect says whom a request is of, beside `spanledger.*`: for one dimension the earlier line wins, so a
 * dialect's key of the application's own choice stands before what the dialect derives.
 */
export const dialectPlaces: Readonly<Record<string, readonly Place[]>> = {
  'OpenTelemetry GenAI': [
    { name: 'gen_ai.conversation.id', says: 'session' },
    { name: 'gen_ai.workflow.name', says: 'workflow' },
    { name: 'gen_ai.prompt.version', says: 'prompt_version' },
    { name: 'gen_ai.prompt.name', says: { tag: 'prompt' } },
  ],
  // what its Python SDK writes below trace.metadata is JSON
  Langfuse: [
    { name: 'langfuse.user.id', says: 'user' },
    { name: 'langfuse.session.id', says: 'session' },
    { name: 'user.id', says: 'user', beside: 'langfuse.observation.type' },
    { name: 'session.id', says: 'session', beside: 'langfuse.observation.type' },
    { name: 'langfuse.trace.metadata.*', says: 'entries' },
    { name: 'langfuse.trace.tags', says: 'labels' },
    { name: 'langfuse.environment', says: 'environment', nothing: ['default'] },
    { name: 'langfuse.release', says: 'release' },
    { name: 'langfuse.observation.prompt.version', says: 'prompt_version' },
    { name: 'langfuse.observation.prompt.name', says: { tag: 'prompt' } },
    { name: 'langfuse.trace.name', says: 'workflow' },
  ],
  OpenInference: [
    { name: 'user.id', says: 'user', beside: 'openinference.span.kind' },
    { name: 'session.id', says: 'session', beside: 'openinference.span.kind' },
    { name: 'metadata', says: 'entries' },
    { name: 'tag.tags', says: 'labels' },
    { name: 'llm.prompt_template.version', says: 'prompt_version' },
  ],
  'Traceloop (OpenLLMetry)': [
    { name: 'traceloop.association.properties.*', says: 'entries' },
    { name: 'traceloop.prompt.version', says: 'prompt_version' },
    { name: 'traceloop.prompt.key', says: { tag: 'prompt' } },
    { name: 'traceloop.workflow.name', says: 'workflow' },
    { name: 'traceloop.workflow.name', says: 'feature' },
  ],
  // versions 4 to 6; 7 has none of its own
  'Vercel AI SDK': [
    { name: 'ai.telemetry.metadata.*', says: 'entries' },
    { name: 'ai.telemetry.functionId', says: 'feature' },
  ],
  // who owns the key, then what the request said of itself; names before ids
  LiteLLM: [
    { name: 'metadata.user_api_key_user_id', says: 'user', nothing: ['default_user_id'] },
    { name: 'llm.user', says: 'user' },
    { name: 'metadata.user_api_key_end_user_id', says: 'user' },
    { name: 'metadata.user_api_key_user_email', says: 'user' },
    { name: 'metadata.user_api_key_team_alias', says: 'team' },
    { name: 'metadata.user_api_key_team_id', says: 'team' },
    { name: 'litellm.team.alias', says: 'team' },
    { name: 'litellm.team.id', says: 'team' },
    { name: 'litellm.end_user.id', says: 'user' },
    { name: 'metadata.team_alias', says: 'team' },
    { name: 'metadata.team_id', says: 'team' },
    { name: 'metadata.user_api_key_project_alias', says: 'project' },
    { name: 'metadata.user_api_key_project_id', says: 'project' },
    { name: 'metadata.requester_metadata', says: 'entries' },
    { name: 'metadata.user_api_key_auth_metadata', says: 'entries' },
    { name: 'metadata.user_api_key_alias', says: { tag: 'api_key' } },
    { name: 'metadata.user_api_key_org_alias', says: { tag: 'organization' } },
    { name: 'metadata.user_api_key_org_id', says: { tag: 'organization_id' } },
  ],
  LangSmith: [
    { name: 'langsmith.metadata.*', says: 'entries' },
    { name: 'langsmith.span.tags', says: 'labels' },
    { name: 'langsmith.trace.session_name', says: 'project', nothing: ['default'] },
  ],
  OpenLIT: [
    { name: 'gen_ai.request.user', says: 'user' },
    { name: 'gen_ai.environment', says: 'environment', nothing: ['default'] },
    { name: 'gen_ai.application_name', says: 'service', nothing: ['default'] },
  ],
  Logfire: [{ name: 'logfire.tags', says: 'labels' }],
  'Google ADK': [{ name: 'gcp.vertex.agent.session_id', says: 'session' }],
  'Claude Code, Codex, Gemini CLI': [
    { name: 'user.account_uuid', says: 'user' },
    { name: 'user.account_id', says: 'user' },
    { name: 'conversation.id', says: 'session' },
    { name: 'organization.id', says: { tag: 'organization_id' } },
    { name: 'query_source', says: { tag: 'query_source' } },
  ],
}

/** OpenTelemetry's own names, and what is everybody's; after the resource's `spanledger.*`. */
export const conventionalPlaces: readonly Place[] = [
  { name: 'deployment.environment.name', says: 'environment' },
  { name: 'deployment.environment', says: 'environment' },
  { name: 'user.id', says: 'user' },
  { name: 'enduser.id', says: 'user' },
  { name: 'enduser.pseudo.id', says: 'user' },
  { name: 'user.email', says: 'user' },
  { name: 'session.id', says: 'session' },
  { name: 'gen_ai.agent.name', says: 'feature' },
  { name: 'agent_name', says: 'feature' },
  { name: 'anthropic.workspace.id', says: 'project' },
]

/** Of a resource only: a span's own would speak of something else. */
export const resourcePlaces: readonly Place[] = [
  { name: 'service.version', says: 'release' },
  { name: 'service.name', says: 'service' },
]

/** Free keys that frameworks write for themselves: no tags. Each stands for every key that begins with it. */
export const frameworkKeys: readonly string[] = [
  'ls_',
  'lc_',
  'langgraph_',
  'langfuse_',
  'checkpoint_ns',
  '__',
  'LANGSMITH_',
  'LANGCHAIN_',
  'usage_metadata',
  'seq:step',
  'map:key',
  'langsmith:',
]

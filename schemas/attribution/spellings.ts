import type { Dimension } from '../events/dimensions.ts'

/**
 * How applications spell a dimension among their own keys: the one that is found first in the list wins. Case, and
 * everything that is neither letter nor digit, make no difference: `user_id` is also `userId`, `user-id` and `USER.ID`.
 */
export const defaultSpellings: Readonly<Record<Dimension, readonly string[]>> = {
  customer: [
    'customer',
    'customer_id',
    'customer_name',
    'tenant_id',
    'tenant',
    'organization_id',
    'organization',
    'org_id',
    'org',
  ],
  environment: ['environment', 'env', 'deployment_environment', 'stage'],
  project: ['project', 'project_id', 'project_name'],
  team: ['team', 'team_name', 'team_alias', 'team_id'],
  feature: ['feature', 'feature_name', 'feature_id', 'use_case'],
  user: [
    'user_id',
    'user',
    'uid',
    'end_user',
    'end_user_id',
    'user_name',
    'user_email',
    'langfuse_user_id',
    'user_api_key_user_id',
  ],
  user_segment: ['user_segment', 'segment', 'user_tier', 'user_plan'],
  session: ['session_id', 'session', 'thread_id', 'conversation_id', 'chat_id', 'langfuse_session_id'],
  workflow: ['workflow', 'workflow_name', 'workflow_id', 'pipeline'],
  release: ['release', 'app_version', 'release_version', 'version'],
  prompt_version: ['prompt_version', 'prompt_template_version'],
  service: ['service', 'service_name'],
}

const others = /[^\p{L}\p{N}]/gu

/** One form for all ways to write a key. */
export function plainKey(key: string): string {
  return key.replace(others, '').toLowerCase()
}

/** Whether an attribute by itself, outside of any map of tags, may be read by its spelling. */
export function standsAlone(name: string): boolean {
  // An attribute `user` is as often what the user said.
  return plainKey(name) !== 'user'
}

export interface Spelled {
  readonly dimension: Dimension
  /** 0 is asked first. */
  readonly order: number
}

/** The dimension that a free key stands for, by its `plainKey`. */
export function compileSpellings(
  spellings: Readonly<Record<Dimension, readonly string[]>>,
): ReadonlyMap<string, Spelled> {
  const compiled = new Map<string, Spelled>()
  for (const [dimension, names] of Object.entries(spellings) as [Dimension, readonly string[]][]) {
    for (const [order, name] of names.entries()) {
      const key = plainKey(name)
      if (!compiled.has(key)) compiled.set(key, { dimension, order })
    }
  }
  return compiled
}

/** Who a request is attributed to. `tenant` is the security boundary and is never among these: the door or the topic decides it. */
export const dimensions = [
  'customer',
  'environment',
  'project',
  'team',
  'feature',
  'user',
  'user_segment',
  'session',
  'workflow',
  'release',
  'prompt_version',
  'service',
] as const
export type Dimension = (typeof dimensions)[number]

export type Attribution = { readonly [dimension in Dimension]?: string }

/** What a missing team or feature is stored as. */
export const untagged = 'untagged'

import type { Recognition } from './dialect.ts'

/**
 * Instrumentations that also write `gen_ai.*` and are not read yet. Read by the generic rules they would charge wrappers
 * beside leaves, exclusive counts as inclusive ones, or estimates as facts, so they are dropped and counted instead.
 * Adding a dialect takes its line out of here.
 */
export interface Unread extends Recognition {
  readonly name: string
}

export const unread: readonly Unread[] = [
  {
    // Joins the client's trace and repeats its tokens.
    name: 'inference_server',
    scopes: [{ name: 'vllm*' }, { name: 'sglang*' }],
    markers: ['gen_ai.latency.*', 'gen_ai.usage.num_sequences'],
  },
]

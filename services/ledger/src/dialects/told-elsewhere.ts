import type { Recognition } from './dialect.ts'

/**
 * Spans of producers that tell of the same requests as log events, which are charged: see the log dialects of these
 * names. A producer is read by one signal, or its requests would be charged twice.
 */
export const toldElsewhere: readonly (Recognition & { readonly name: string })[] = [
  { name: 'claude_code', scopes: [{ name: 'com.anthropic.claude_code*' }], markers: ['query_source'] },
  { name: 'codex', scopes: [{ name: 'codex*' }], markers: ['codex.usage.*'] },
  { name: 'gemini_cli', scopes: [{ name: 'gemini-cli' }], markers: [] },
]

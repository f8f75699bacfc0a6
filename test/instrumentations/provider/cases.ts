/** What a prompt can ask of the provider, by the words `case:<name>` in it: a text survives every library in between. */
export interface Case {
  readonly cached?: boolean
  /** Cache writes; of which lifetime only Anthropic says. */
  readonly writes?: readonly ('5m' | '1h')[]
  readonly thinks?: boolean
  readonly audio?: boolean
  /** Gemini bills the prompts of its own tools apart. */
  readonly usesTools?: boolean
  readonly tier?: string
  /** HTTP status of the first try, or of every one. */
  readonly refused?: { readonly status: number; readonly always: boolean }
  /** Streams until the client leaves. */
  readonly endless?: boolean
}

export const cases = {
  plain: {},
  cached: { cached: true, thinks: true },
  written: { cached: true, writes: ['5m'] },
  'written-1h': { cached: true, writes: ['1h'] },
  'written-both': { writes: ['5m', '1h'] },
  thinking: { thinks: true },
  audio: { audio: true },
  tools: { cached: true, thinks: true, usesTools: true },
  tier: { tier: 'flex' },
  'too-many': { refused: { status: 429, always: false } },
  bad: { refused: { status: 400, always: true } },
  endless: { endless: true },
} as const satisfies Record<string, Case>
export type CaseName = keyof typeof cases

export function caseOf(body: string): { readonly name: CaseName; readonly asked: Case } {
  const name = /case:([a-z0-9-]+)/.exec(body)?.[1] ?? 'plain'
  if (!Object.hasOwn(cases, name)) throw new Error(`the prompt asks for case:${name}, which is not in cases.ts`)
  return { name: name as CaseName, asked: cases[name as CaseName] }
}

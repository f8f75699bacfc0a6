import type { Case } from './cases.ts'

/** What one request used, in disjoint parts: every API writes its own block of them, and its own line of the bill. */
export interface Amounts {
  readonly uncached: number
  readonly cacheRead: number
  readonly write5m: number
  readonly write1h: number
  /** Part of `uncached`. */
  readonly audioIn: number
  /** Prompts of the provider's own tools, beside all other input. */
  readonly toolPrompt: number
  /** All output. */
  readonly output: number
  /** Part of `output`. */
  readonly thinking: number
  /** Part of `output`. */
  readonly audioOut: number
}

/** Each number has a range of its own, so that one taken for another shows, and no two requests are alike. */
export function drawAmounts(random: () => number, asked: Case): Amounts {
  const draw = (wanted: boolean | undefined, from: number, to: number) => {
    const drawn = from + Math.floor(random() * (to - from))
    return wanted ? drawn : 0
  }
  const thinking = draw(asked.thinks, 200, 400)
  const audioOut = draw(asked.audio, 100, 190)
  return {
    uncached: draw(true, 1_000, 2_000),
    cacheRead: draw(asked.cached, 5_000, 9_000),
    write5m: draw(asked.writes?.includes('5m'), 2_100, 2_900),
    write1h: draw(asked.writes?.includes('1h'), 3_100, 3_900),
    audioIn: draw(asked.audio, 400, 900),
    toolPrompt: draw(asked.usesTools, 10_000, 12_000),
    output: thinking + audioOut + draw(true, 410, 890),
    thinking,
    audioOut,
  }
}

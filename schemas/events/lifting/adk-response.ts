import { countsOf, maxBlockLength } from './counts-only.ts'
import { walkJson } from './json-walk.ts'
import type { Lifting } from './lifting.ts'
import { isSaid, nameOf } from './said-characters.ts'

/** Google ADK: the provider's answer, in whose `usage_metadata` alone older releases report tokens. */
export function adkResponse(text: string, beyond: number, into: Lifting): void {
  let said = 0
  let start = -1
  walkJson(text, {
    text(keys, depth, _from, _to, characters) {
      if (start === -1 && isSaid(nameOf(keys, depth))) said += characters
    },
    open(keys, depth, from) {
      if (depth === 1 && (keys[1] === 'usage_metadata' || keys[1] === 'usageMetadata')) start = from
    },
    close(_keys, depth, to) {
      if (depth !== 1 || start === -1) return
      const counts = countsOf(text.slice(start, Math.min(to, start + maxBlockLength)))
      if (counts !== undefined) into.usageBlock(JSON.stringify(counts))
      start = -1
    },
  })
  into.said('output', said + beyond, false)
}

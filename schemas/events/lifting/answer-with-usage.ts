import { countsOf, maxBlockLength } from './counts-only.ts'
import { walkJson } from './json-walk.ts'
import type { Lifter } from './lifting.ts'
import { isSaid } from './said-characters.ts'

/** A recorded answer in which alone some releases report tokens, in an object under one of these names. */
export function answerWithUsage(...names: readonly string[]): Lifter {
  return (text, beyond, into) => {
    let said = 0
    let start = -1
    walkJson(text, {
      text(keys, depth, _from, _to, characters) {
        if (start === -1 && isSaid(keys, depth)) said += characters
      },
      open(keys, depth, from) {
        if (depth === 1 && names.includes(keys[1] as string)) start = from
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
}

import { pathOf, walkJson } from './json-walk.ts'
import type { Lifting } from './lifting.ts'
import { isIdShaped, mayBeResponseId, rankOfPlace } from './response-id.ts'
import { isJson, isObject, isSaid, nameOf } from './said-characters.ts'
import { takeTier } from './service-tier.ts'

/** What a provider answered, or what a framework made of it. */
export function answer(text: string, beyond: number, into: Lifting): void {
  if (!isJson(text)) return into.said('output', text.length + beyond, false)
  // Of several, in a list, none is the one.
  const single = isObject(text)
  let said = 0
  walkJson(text, {
    text(keys, depth, from, to, characters) {
      const name = nameOf(keys, depth)
      if (isSaid(keys, depth)) said += characters
      if (single && name === 'service_tier') takeTier(text, pathOf(keys, depth), from, to, into)
      if (!single || !mayBeResponseId(name) || keys[depth] === '') return
      const rank = rankOfPlace(pathOf(keys, depth))
      if (rank === undefined || to - from > 128) return
      const id = text.slice(from, to)
      if (isIdShaped(id)) into.responseId(id, rank)
    },
  })
  into.said('output', said + beyond, false)
}

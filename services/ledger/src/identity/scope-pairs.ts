import { areApart } from './alike.ts'
import { matchNested } from './match-nested.ts'
import { type Link, type Part, unite, whole } from './part.ts'

/**
 * Puts together what two scopes wrote of one request, one of each: scopes are taken by name, two at a time, so that n
 * requests seen by three instrumentations are n.
 */
export function uniteScopes(
  parts: readonly Part[],
  toleranceMs: number,
  link: Link,
  isPair: (a: Part, b: Part) => boolean,
): void {
  const scopes = [...new Set(parts.flatMap((part) => [...whole(part).scopes]))].toSorted()
  for (const [place, one] of scopes.entries())
    for (const other of scopes.slice(place + 1)) {
      const either = [...new Set(parts.map(whole))].filter((part) => part.scopes.has(one) !== part.scopes.has(other))
      const pairs = matchNested(
        either,
        toleranceMs,
        (part) => part.scopes.has(one),
        (a, b) => areApart(a, b) && isPair(a, b),
      )
      for (const [outer, inner] of pairs) unite(outer, inner, link)
    }
}

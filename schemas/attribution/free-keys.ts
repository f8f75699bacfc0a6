import { saysContent } from '../events/content-attributes.ts'
import { frameworkKeys } from './places.ts'
import { plainKey, type Spelled } from './spellings.ts'
import { Texts } from './texts.ts'

/** A key that an application chose. */
export interface FreeKey {
  /** The dimension that it spells. */
  readonly spelled?: Spelled
  /** What it is called as a tag; absent: it is the framework's own, or may stand for content. */
  readonly tag?: string
}

export type JudgeFreeKey = (key: string) => FreeKey

const maxTagKeyLength = 64
const maxKnown = 4096

/** Remembered for the keys that come again and again; the memory of keys is bounded. */
export function createFreeKeys(spelled: ReadonlyMap<string, Spelled>): JudgeFreeKey {
  const known = new Map<string, FreeKey>()

  function judge(key: string): FreeKey {
    const spelling = spelled.get(plainKey(key))
    if (spelling !== undefined) return { spelled: spelling }
    if (key.length > maxTagKeyLength || isFrameworks(key) || saysContent(key)) return {}
    const tag = new Texts().clean(key)
    return tag === undefined ? {} : { tag }
  }

  return function freeKey(key) {
    const before = known.get(key)
    if (before !== undefined) return before
    const judged = judge(key)
    if (known.size >= maxKnown) known.clear()
    known.set(key, judged)
    return judged
  }
}

/** A key, or a whole label, that a framework writes for itself. */
export function isFrameworks(key: string): boolean {
  return frameworkKeys.some((prefix) => key.startsWith(prefix))
}

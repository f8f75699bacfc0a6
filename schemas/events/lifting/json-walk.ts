/** Names that lead to a value, outermost first: `keys[1]` to `keys[depth]`; '' for an element of a list. */
export type Keys = readonly string[]

/** What a walk comes across. Positions are in the text; a string's are within its quotes. */
export interface JsonVisitor {
  /** A string value that takes `characters` once its escapes are read. */
  text?(keys: Keys, depth: number, from: number, to: number, characters: number): void
  /** A number that has a name. */
  number?(keys: Keys, depth: number, from: number, to: number): void
  /** An object or list, from its first bracket. */
  open?(keys: Keys, depth: number, from: number): void
  /** The one opened at `depth`, to behind its last bracket. */
  close?(keys: Keys, depth: number, to: number): void
}

/** Deeper values are passed over. */
const maxDepth = 12
const quote = 34
const backslash = 92
const colon = 58
const minus = 45

/**
 * Goes through a JSON text without making values of it: in time linear in the text, whatever it is, and with no more
 * memory than its depth. What is no JSON just ends the walk somewhere; nothing is checked.
 */
export function walkJson(text: string, visit: JsonVisitor): void {
  const keys: string[] = ['']
  let depth = 0
  let nextEscape = text.indexOf('\\')
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      const from = at + 1
      const to = endOfString(text, from)
      if (to === -1) return
      if (nextEscape !== -1 && nextEscape < from) nextEscape = text.indexOf('\\', from)
      at = to
      const behind = skipSpace(text, to + 1)
      if (text.charCodeAt(behind) === colon) {
        if (depth <= maxDepth) keys[depth] = text.slice(from, to)
        at = behind
      } else if (depth <= maxDepth && visit.text) {
        const plain = nextEscape === -1 || nextEscape >= to
        visit.text(keys, depth, from, to, plain ? to - from : charactersOf(text, from, to))
      }
    } else if (code === 123 || code === 91) {
      if (depth <= maxDepth) visit.open?.(keys, depth, at)
      depth++
      if (depth <= maxDepth) keys[depth] = ''
    } else if (code === 125 || code === 93) {
      depth--
      if (depth <= maxDepth) visit.close?.(keys, depth, at + 1)
      if (depth <= 0) return
    } else if ((isDigit(code) || code === minus) && depth <= maxDepth && keys[depth] !== '' && visit.number) {
      const from = at
      while (at + 1 < text.length && isOfNumber(text.charCodeAt(at + 1))) at++
      visit.number(keys, depth, from, at + 1)
    }
  }
}

/** Where the string that starts at `from` is closed; -1: never. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    let first = at
    while (first > from && text.charCodeAt(first - 1) === backslash) first--
    if ((at - first) % 2 === 0) return at
  }
  return -1
}

/** An escape stands for one UTF-16 code unit; Python writes everything but ASCII in six characters. */
function charactersOf(text: string, from: number, to: number): number {
  let characters = to - from
  for (let at = text.indexOf('\\', from); at !== -1 && at < to; ) {
    const length = text[at + 1] === 'u' ? 6 : 2
    characters -= length - 1
    at = text.indexOf('\\', at + length)
  }
  return Math.max(0, characters)
}

function skipSpace(text: string, at: number): number {
  let next = at
  while (next < text.length && text.charCodeAt(next) <= 32) next++
  return next
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** Digits, point, exponent. */
function isOfNumber(code: number): boolean {
  return isDigit(code) || code === 46 || code === 101 || code === 69 || code === 43 || code === minus
}

/** The names on the way, without the elements of lists: `generations.message.id`. */
export function pathOf(keys: Keys, depth: number): string {
  let path = ''
  for (let at = 1; at <= depth; at++) {
    const key = keys[at]
    if (key) path += path === '' ? key : `.${key}`
  }
  return path
}

/** A pattern in which `*` stands for any characters and `?` for one. */
export type Glob = (text: string) => boolean

/** Any of the patterns. */
export function compileGlobs(patterns: string | readonly string[]): Glob {
  const all = typeof patterns === 'string' ? [patterns] : patterns
  const exact = new Set(all.filter((pattern) => !/[*?]/.test(pattern)))
  const wild = all.filter((pattern) => /[*?]/.test(pattern))
  return (text) => exact.has(text) || wild.some((pattern) => matches(pattern, text))
}

/** Goes back to the last `*` alone, which is enough: at most pattern times text steps, and nothing is compiled. */
function matches(pattern: string, text: string): boolean {
  let p = 0
  let t = 0
  let star = -1
  let resume = 0
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++
      resume = t
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      t = ++resume
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

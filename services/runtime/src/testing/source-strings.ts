/** The string and template literals of a TypeScript source; what `${…}` holds is `expression`, and read on its own. */
export function sourceStrings(source: string): string[] {
  const strings: string[] = []
  let at = 0

  function readCode(end: string | undefined): void {
    for (let depth = 0; at < source.length; at++) {
      const character = source[at] as string
      if (character === end && depth === 0) return
      if (character === '{') depth++
      if (character === '}') depth--
      if (character === "'" || character === '"') readQuoted(character)
      else if (character === '`') readTemplate()
      else if (character === '/') skipCommentOrPattern()
    }
  }

  function readQuoted(quote: string): void {
    const start = ++at
    while (at < source.length && source[at] !== quote && source[at] !== '\n') at += source[at] === '\\' ? 2 : 1
    strings.push(source.slice(start, at))
  }

  function readTemplate(): void {
    let text = ''
    for (at++; at < source.length && source[at] !== '`'; at++) {
      if (source[at] === '\\') text += source[++at]
      else if (source.startsWith('${', at)) {
        at += 2
        readCode('}')
        text += 'expression'
      } else text += source[at]
    }
    strings.push(text)
  }

  function skipCommentOrPattern(): void {
    if (source[at + 1] === '/') at = endOf('\n')
    else if (source[at + 1] === '*') at = endOf('*/')
    else if (/(?:^|[=(,:[!&|?{};\n>]|\breturn)\s*$/.test(source.slice(Math.max(0, at - 20), at))) {
      for (let inClass = false, i = at + 1; i < source.length && source[i] !== '\n'; i++) {
        if (source[i] === '\\') i++
        else if (source[i] === '[') inClass = true
        else if (source[i] === ']') inClass = false
        else if (source[i] === '/' && !inClass) {
          at = i
          return
        }
      }
    }
  }

  function endOf(text: string): number {
    const found = source.indexOf(text, at + 2)
    return found < 0 ? source.length : found + text.length - 1
  }

  readCode(undefined)
  return strings
}

/** What was read, or nothing: `undefined` is no value of the language. */
type Read = { readonly value: unknown } | undefined

const nothing: Read = undefined
const words: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['None', null],
  ['True', true],
  ['False', false],
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  // What Python's json module writes, which no JSON parser takes.
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
])
const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['f', '\f'],
  ['a', '\u0007'],
  ['v', '\v'],
  ['/', '/'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
])
const hexEscapes: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
])
const space = /[ \t\r\n]*/y
const number = /[+-]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y
const word = /[A-Za-z_][\w.]*/y
const plain = /[^'"\\]*/y
const octal = /[0-7]{1,3}/y

/**
 * What Python's `repr` writes of plain data: dicts, lists, tuples, sets, strings, numbers, None; a dataclass or model,
 * `Usage(a=1)`, as its fields; an enum member, `<Tier.A: 'a'>`, as its value. One pass over the text, nothing is evaluated.
 */
export class PythonLiteral {
  private at = 0
  private depth = 0
  private readonly text: string
  private readonly maxDepth: number

  constructor(text: string, maxDepth: number) {
    this.text = text
    this.maxDepth = maxDepth
  }

  read(): Read {
    const read = this.value()
    this.take(space)
    return this.at === this.text.length ? read : nothing
  }

  private value(): Read {
    this.take(space)
    if (this.depth >= this.maxDepth) return nothing
    this.depth++
    const read = this.one()
    this.depth--
    return read
  }

  private one(): Read {
    const next = this.text[this.at]
    if (next === '{') return this.braces()
    if (next === '[') return this.list(']')
    if (next === '(') return this.list(')')
    if (next === "'" || next === '"') return this.string(next)
    if (next === '<') return this.member()
    const digits = this.take(number)
    if (digits !== '') return { value: Number(digits.replaceAll('_', '')) }
    if (next === '-' && this.eat('-')) {
      const negated = this.take(word)
      return negated === 'inf' || negated === 'Infinity' ? { value: Number.NEGATIVE_INFINITY } : nothing
    }
    return this.named(this.take(word))
  }

  /** A word, a string with a prefix, or `Name(…)`. */
  private named(name: string): Read {
    if (name === '') return nothing
    const next = this.text[this.at]
    if ((name === 'b' || name === 'u') && (next === "'" || next === '"')) return this.string(next)
    if (next === '(') return this.call()
    return words.has(name) ? { value: words.get(name) } : nothing
  }

  /** A dict, or a set as a list. */
  private braces(): Read {
    this.at++
    const entries: [string, unknown][] = []
    const members: unknown[] = []
    while (!this.eat('}')) {
      const key = this.value()
      if (!key) return nothing
      if (this.eat(':')) {
        const value = this.value()
        if (!value || (typeof key.value === 'object' && key.value !== null)) return nothing
        entries.push([String(key.value), value.value])
      } else members.push(key.value)
      if (!this.separated('}')) return nothing
    }
    if (members.length > 0) return entries.length > 0 ? nothing : { value: members }
    return { value: Object.fromEntries(entries) }
  }

  private list(end: ']' | ')'): Read {
    this.at++
    const items: unknown[] = []
    while (!this.eat(end)) {
      const item = this.value()
      if (!item) return nothing
      items.push(item.value)
      if (!this.separated(end)) return nothing
    }
    return { value: items }
  }

  /** `Name(a=1)` is its fields, `Decimal('1')` what is in it, `date(2026, 1, 2)` a list. */
  private call(): Read {
    this.at++
    const fields: [string, unknown][] = []
    const items: unknown[] = []
    while (!this.eat(')')) {
      const name = this.fieldName()
      const value = this.value()
      if (!value) return nothing
      if (name === undefined) items.push(value.value)
      else fields.push([name, value.value])
      if (!this.separated(')')) return nothing
    }
    if (fields.length > 0) return { value: Object.fromEntries(fields) }
    return { value: items.length === 1 ? items[0] : items }
  }

  private fieldName(): string | undefined {
    this.take(space)
    const start = this.at
    const name = this.take(word)
    if (name !== '' && this.eat('=')) return name
    this.at = start
    return undefined
  }

  /** An enum member; what cannot be told, `<object at 0x7f>`, is null. */
  private member(): Read {
    this.at++
    this.take(word)
    if (this.eat(':')) {
      const value = this.value()
      return value && this.eat('>') ? value : nothing
    }
    const end = this.text.indexOf('>', this.at)
    if (end === -1) return nothing
    this.at = end + 1
    return { value: null }
  }

  private string(quote: "'" | '"'): Read {
    this.at++
    let value = ''
    while (this.at < this.text.length) {
      value += this.take(plain)
      const next = this.text[this.at++]
      if (next === quote) return { value }
      if (next === undefined) return nothing
      if (next !== '\\') {
        value += next
        continue
      }
      const escaped = this.escape()
      if (escaped === undefined) return nothing
      value += escaped
    }
    return nothing
  }

  private escape(): string | undefined {
    const letter = this.text[this.at] ?? ''
    const digits = hexEscapes.get(letter)
    if (digits !== undefined) {
      const hex = this.text.slice(this.at + 1, this.at + 1 + digits)
      this.at += 1 + digits
      const code = hex.length === digits && /^[\dA-Fa-f]+$/.test(hex) ? Number.parseInt(hex, 16) : Number.NaN
      return code <= 0x10ffff ? String.fromCodePoint(code) : undefined
    }
    const eighths = this.take(octal)
    if (eighths !== '') return String.fromCodePoint(Number.parseInt(eighths, 8))
    this.at++
    return simpleEscapes.get(letter) ?? `\\${letter}`
  }

  /** After an item: a comma, or the end in sight. */
  private separated(end: string): boolean {
    if (this.eat(',')) {
      this.take(space)
      return true
    }
    return this.text[this.at] === end
  }

  /** Takes one character, and the space before it. */
  private eat(character: string): boolean {
    this.take(space)
    if (this.text[this.at] !== character) return false
    this.at++
    return true
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0] ?? ''
    this.at += found.length
    return found
  }
}
